/* How a task is done, shown step by step after an attempt. Loaded by after.js when somebody asks for it. */
(function () {
  "use strict";

  /* The way of one player; reply: {payload, steps}, what the handler `solution` answered. */
  window.DigiskillsWay = function (kit, skin, player, reply) {
    const h = kit.h, engine = kit.engine, labelled = skin.labelled, t = player.words;
    const way = { payload: reply.payload, steps: reply.steps, at: 0 };
    player.machine = engine.create(way.payload);

    /* The phone after so many steps, as if they had just been done. */
    function stand(at, focus) {
      const m = engine.create(way.payload);
      const toasts = way.steps.slice(0, at).map((action) => engine.step(m, action).toasts);
      const next = way.steps[at], done = engine.view(m);
      way.at = at;
      player.machine = m;
      player.show({ snack: (toasts.pop() || []).join(" "), switcher: Boolean(next && next.a === "open" && !done.home), focus });
      const target = player.root.querySelector(".phone .pointed");
      if (target) target.scrollIntoView({ block: "center" });
      player.say([player.snack, told(done, next), done.title].filter(Boolean).join(" "));
    }

    const found = (list, id) => kit.list(list).find((x) => x.id === id) || {};

    /* What a step does, in words. */
    function told(v, action) {
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
    function pressed(action) {
      const next = way.steps[way.at];
      if (next && ["a", "w", "o", "p", "n"].every((key) => next[key] === action[key])) stand(way.at + 1, null);
      else {
        player.show({ snack: t("way_only") });
        player.say(player.snack);
      }
    }

    function page() {
      const action = way.steps[way.at], v = engine.view(player.machine);
      v.coach = { say: action && v.coach ? v.coach.say : "", point: action && target(action) };
      const step = (by) => () => stand(way.at + by, null);
      const leave = () => player.show({ stage: "result", focus: "h3" });
      const previous = { key: "less", "aria-disabled": way.at ? null : "true" };
      return h("div", { class: "run way", key: "way" },
        h("div", { class: "side" }, player.heading(t("show_how")), h("div", { class: "card" },
          h("p", { class: "eyebrow" }, t("way_step", { n: Math.min(way.at + 1, way.steps.length), all: way.steps.length })),
          h("p", { class: "told" }, labelled(told(v, action))),
          h("div", { class: "row-buttons" },
            player.button("secondary", t("way_previous"), way.at ? step(-1) : () => null, previous),
            player.button("primary", t(action ? "way_next" : "way_leave"), action ? step(1) : leave, { key: "more" })))),
        skin.phone(player, v),
        h("div", { class: "controls" }, action && player.button("link", t("way_leave"), leave)));
    }

    return { stand, pressed, page };
  };
})();
