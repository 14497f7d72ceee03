/* What comes after an attempt: the page of results, and the way through the task shown step by step. Loaded by player.js on demand. */
(function () {
  "use strict";

  window.DigiskillsAfter = function (kit, skin) {
    const h = kit.h, engine = kit.engine, labelled = skin.labelled;

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
        h("div", { class: "row-buttons" }, known && player.button("secondary", t("show_how"), () => ask(player)),
          player.button("secondary", t("again_guided"), () => player.begin("guided")),
          !player.closed() && player.button("primary", t("again_counted"), () => player.begin("counted")),
          player.button("link", t("start_page"), () => player.show({ stage: "start", focus: "h3" }))),
      ];
    }

    const DAY = { day: "numeric", month: "numeric", year: "numeric" };
    const day = (player, iso) => new Date(iso + "T00:00").toLocaleDateString(player.language, DAY);

    // ── The way through the task, on the phone of the attempt that is over ─────────────────────────────────────────────────────────

    function ask(player) {
      if (player.busy) return;
      player.show({ busy: true, problem: null });
      player.ask("solution", player.done).then((reply) => {
        player.way = { payload: reply.payload, steps: reply.steps, at: 0 };
        player.show({ busy: false, stage: "guide", snack: "", refused: null, draft: null, exempt: [] });
        stand(player, 0, "h3");
      }).catch((error) => player.fail(error));
    }

    /* The phone after so many steps, as if they had just been done. */
    function stand(player, at, focus) {
      const way = player.way, m = engine.create(way.payload);
      const toasts = way.steps.slice(0, at).map((action) => engine.step(m, action).toasts);
      const next = way.steps[at], done = engine.view(m);
      way.at = at;
      player.machine = m;
      player.show({ snack: (toasts.pop() || []).join(" "), switcher: Boolean(next && next.a === "open" && !done.home), focus });
      const target = player.root.querySelector(".phone .pointed");
      if (target) target.scrollIntoView({ block: "center" });
      player.say([player.snack, told(player, done, next), done.title].filter(Boolean).join(" "));
    }

    const found = (list, id) => kit.list(list).find((x) => x.id === id) || {};

    /* What a step does, in words. */
    function told(player, v, action) {
      const t = player.words;
      if (!action) return t("way_over");
      const w = found(v.widgets, action.w), name = w.label || w.text, text = found(w.options, action.o).text;
      switch (action.a) {
        case "tap": return t("step_tap", { name });
        case "type": return t("step_type", { name, text: action.t });
        case "scan": return t("step_choose", { name, text });
        case "choose": return w.type === "toggle" ? t("step_" + action.o, { name }) : t("step_choose", { name, text });
        case "open": return t("step_open", { name: found(v.apps, action.p).title });
        case "notice": return t("step_tap", { name: found(v.notices, action.n).text });
        case "end": return t("step_tap", { name: t("finish") });
        default: return t("step_tap", { name: t(action.a) }); // back, home, wait, undo: keys of ours
      }
    }

    /* What the phone points at for a step: a widget, an app, a notification, or one of its keys. */
    const target = (action) => action.w || action.p || action.n || "key " + action.a;

    /* A press on the phone that is shown: the step it is about goes on, anything else is only looked at. */
    function pressed(player, action) {
      const next = player.way.steps[player.way.at];
      if (next && ["a", "w", "o", "p", "n"].every((key) => next[key] === action[key])) stand(player, player.way.at + 1, null);
      else {
        player.show({ snack: player.words("way_only") });
        player.say(player.snack);
      }
    }

    function guide(player) {
      const t = player.words, way = player.way, action = way.steps[way.at], v = engine.view(player.machine);
      v.coach = { say: action && v.coach ? v.coach.say : "", point: action && target(action) };
      const step = (by) => () => stand(player, way.at + by, null);
      const leave = () => player.show({ stage: "result", focus: "h3" });
      const previous = { key: "less", "aria-disabled": way.at ? null : "true" };
      return h("div", { class: "run way", key: "way" },
        h("div", { class: "side" }, player.heading(t("show_how")), h("div", { class: "card" },
          h("p", { class: "eyebrow" }, t("way_step", { n: Math.min(way.at + 1, way.steps.length), all: way.steps.length })),
          h("p", { class: "told" }, labelled(told(player, v, action))),
          h("div", { class: "row-buttons" },
            player.button("secondary", t("way_previous"), way.at ? step(-1) : () => null, previous),
            player.button("primary", t(action ? "way_next" : "way_leave"), action ? step(1) : leave, { key: "more" })))),
        skin.phone(player, v),
        h("div", { class: "controls" }, action && player.button("link", t("way_leave"), leave)));
    }

    return { result, guide, pressed };
  };
})();
