/* The page of results after an attempt. Loaded by player.js with the answer to a submitted run. */
(function () {
  "use strict";

  window.DigiskillsAfter = function (kit, skin) {
    const h = kit.h, labelled = skin.labelled;

    // ── The result: what went well first, what was missed with why and how, hazards as stories, one next step ──────────────────────

    function result(player) {
      const t = player.words, f = player.feedback, known = typeof f.score_milli === "number";
      const part = (name, draw) => kit.list(f[name]).length > 0 && h("section", { class: name }, h("h4", {}, t(name)),
        h("ul", {}, f[name].map((x) => h("li", {}, draw(x)))));
      const how = (x) => h("p", { class: "how" }, h("b", {}, t("how") + " "), labelled(x.how));
      return [
        h("div", { class: "outcome" }, player.heading(t("result")),
          known ? h("p", { class: "score" }, h("b", {}, kit.points(f.score_milli)), " " + t("score_of"))
            : h("p", { class: "lead" }, t("result_later")),
          player.listen("listen_result", ".outcome"),
          part("went_well", (x) => x),
          part("missed", (x) => [h("b", {}, x.text), h("p", {}, x.why), how(x)]),
          part("hazards", (x) => [x.recovered && h("b", {}, t("recovered")), h("p", {}, x.story)]),
          f.next && h("section", { class: "next" }, h("h4", {}, t("next")), h("p", {}, f.next)),
          part("real_life", (x) => [h("p", {}, x.text), h("p", { class: "muted" }, t("checked_on", { date: day(player, x.checked_on) }))]),
          h("p", { class: "facts" }, t(!f.stored ? "not_stored" : f.counted === false ? "practised" : "stored"))),
        helped(player),
        h("div", { class: "row-buttons" }, known && player.button("secondary", t("show_how"), () => show(player)),
          !player.init.replay && player.offers("guided") && player.button("secondary", t("again_guided"), () => player.begin("guided")),
          !player.init.replay && player.offers("counted") && !player.closed() && player.button("primary", t("again_counted"), () => player.begin("counted")),
          !player.init.replay && player.button("link", t("start_page"), () => player.show({ stage: "start", focus: "h3" }))),
      ];
    }

    const DAY = { day: "numeric", month: "numeric", year: "numeric" };
    const day = (player, iso) => new Date(iso + "T00:00").toLocaleDateString(player.language, DAY);

    // ── After a scored run: whether somebody helped. One tap, no blame, and it can be taken back with another ──────────────────────

    function helped(player) {
      const t = player.words, f = player.feedback, help = player.help, id = player.id + "helped";
      if (!help.attempt || !f.stored || f.counted === false) return null;
      const pick = (yes) => player.button("secondary", t(yes ? "helped_yes" : "helped_no"), () => tell(player, yes),
        { key: String(yes), "aria-pressed": String(help.answer === yes), "aria-disabled": help.busy ? "true" : null });
      const said = help.problem || (help.answer === null ? t("helped_note") : t(help.answer ? "helped_thanks" : "helped_alone"));
      return h("div", { class: "card helped", role: "group", "aria-labelledby": id, key: "helped" }, h("h4", { id }, t("helped_question")),
        h("div", { class: "row-buttons" }, pick(true), pick(false)), h("p", { role: "status" }, said));
    }

    function tell(player, yes) {
      const help = player.help, change = (changes) => { Object.assign(help, changes); player.render(); };
      if (help.busy || help.answer === yes) return;
      change({ busy: true, problem: null });
      player.ask("helped", { attempt: help.attempt, helped: yes }).then(() => change({ busy: false, answer: yes }),
        (error) => change({ busy: false, problem: error.message || player.words("error_answer") }));
    }

    /* The way through the task, on the phone of the attempt that is over. */
    function show(player) {
      if (player.busy) return;
      player.show({ busy: true, problem: null });
      Promise.all([player.ask("solution", player.done), player.fetch("way.js")]).then((found) => {
        player.way = window.DigiskillsWay(kit, skin, player, found[0]);
        player.show({ busy: false, stage: "guide", snack: "", refused: null, draft: null, exempt: [] });
        player.way.stand(0, "h3");
      }).catch((error) => player.fail(error));
    }

    return { result };
  };
})();
