/* A run that a learner handed in, for the team of its course: what they were told, then what they did, step by step. */
(function () {
  "use strict";

  const place = document.querySelector("[data-player]"), init = JSON.parse(place.dataset.player);
  const player = window.DigiskillsPractice({ handlerUrl: () => init.handlers }, place, init);
  player.look().then(() => {
    Object.assign(player, { feedback: init.feedback, done: {}, help: {} });
    player.show({ stage: "result", focus: "h3" });
  }, (error) => player.fail(error));
})();
