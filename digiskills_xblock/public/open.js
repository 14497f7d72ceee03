/* A page with one task for whoever opens it, without an account: starts the player, and passes the page's address on. */
(function () {
  "use strict";

  const place = document.querySelector("[data-player]"), share = document.querySelector("[data-share]");
  const init = JSON.parse(place.dataset.player);
  window.DigiskillsPractice({ handlerUrl: (_element, name) => init.handlers.replace("NAME", name) }, place, init);

  /* The device's own list of people and apps where it has one, else the clipboard; without either there is the address line. */
  const copy = (url) => navigator.clipboard.writeText(url).then(() => {
    const status = document.querySelector("[data-said]");
    status.textContent = status.dataset.said;
  });
  share.hidden = !navigator.share && !navigator.clipboard;
  share.addEventListener("click", () => {
    const url = share.dataset.share;
    if (navigator.share) navigator.share({ title: document.title, url }).catch(() => null); // closed again: nothing to do
    else copy(url);
  });
})();
