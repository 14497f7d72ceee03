/* The face of the simulated phone: screens, widgets and icons. Loaded by player.js when a run begins. */
(function () {
  "use strict";

  // Icons and pictures: our own, drawn in a box of 24 × 24.
  const ICONS = {
    app: "M5 5h14v14H5z",
    apps: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
    back: "M15 5l-7 7 7 7",
    bell: "M6 17h12l-1.5-2.5V11a4.5 4.5 0 0 0-9 0v3.5zM10.5 20h3",
    coach: "M12 3a6 6 0 0 0-3.5 10.9V17h7v-3.1A6 6 0 0 0 12 3zM9.5 20.5h5",
    home: "M4 11.5L12 5l8 6.5M6.5 10v9h11v-9",
    qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5z",
    warning: "M12 4l9 16H3zM12 10v4.5M12 17v.5",
  };
  const TAGS = { title: "h5" };

  window.DigiskillsSkin = function (kit) {
    const h = kit.h, own = kit.own;

    const icon = (name) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" }, h("path", { d: own(ICONS, name) || ICONS.app }));
    const pointed = (v, id) => v.coach !== null && v.coach.point !== undefined && v.coach.point === id;
    const ids = (player, ...names) => names.filter(Boolean).map((name) => player.id + name).join(" ") || null;

    /* A button of the phone: pointed at by the coach, or off with its reason. */
    function tap(player, w, v, cls, kids, action) {
      const on = pointed(v, w.id);
      return player.button(cls + (on ? " pointed" : ""), kids, () => player.press(action || { a: "tap", w: w.id }), {
        key: w.key + (action ? action.o : ""), "aria-disabled": w.enabled ? null : "true", "aria-describedby": ids(player, on && "coach", !w.enabled && "off"),
      });
    }

    /* Attributes of a form control: what describes it, whether its text was refused, whether it is off. */
    function control(player, w, v, more) {
      const on = pointed(v, w.id), bad = player.refused === w.key;
      return Object.assign({
        class: on ? "pointed" : null, "aria-describedby": ids(player, on && "coach", !w.enabled && "off", bad && "bad"),
        "aria-invalid": bad ? "true" : null, disabled: w.enabled ? null : "",
      }, more);
    }

    const group = (w, kids) => h("fieldset", { class: "options " + w.type, key: w.key }, h("legend", {}, w.label), kids);

    /* Options that act at once are buttons: the arrow keys of radio buttons would act on the way. */
    const optionButtons = (player, w, v, a, glyph) => group(w, w.options.map((o) =>
      tap(player, w, v, "option", [glyph && icon(glyph), h("span", {}, o.text)], { a, w: w.id, o: o.id })));

    function input(player, w, v) {
      const id = player.id + "-" + w.key, amount = w.kind === "amount", known = w.value === undefined || (amount && w.value === 0) ? "" : w.value;
      return h("div", { class: "field", key: w.key }, h("label", { for: id }, w.label),
        h("input", control(player, w, v, {
          id, value: amount && known !== "" ? kit.shown(known, "num") : String(known), maxlength: kit.MAX_TYPED, autocomplete: "off",
          type: w.kind === "passcode" ? "password" : "text", inputmode: w.kind === "text" ? "text" : "numeric",
          oninput: (event) => player.show({ draft: { widget: w, text: event.target.value }, refused: null }),
          onchange: () => player.flush(),
          onkeydown: (event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // no form of the page around us is sent
            player.flush();
          },
        })),
        player.refused === w.key && h("p", { class: "bad", id: player.id + "bad" }, icon("warning"), player.words("refused_number")));
    }

    function choice(player, w, v) {
      if (w.rules) return optionButtons(player, w, v, "choose");
      return group(w, w.options.map((o) => h("label", { class: o.on ? "option on" : "option", key: o.id }, h("input", control(player, w, v, {
        type: "radio", name: player.id + w.key, checked: o.on, onchange: () => player.press({ a: "choose", w: w.id, o: o.id }),
      })), h("span", {}, o.text))));
    }

    function bubble(player, w, v) {
      const from = ["me", "system"].includes(w.from) ? w.from : "them", kids = [h("span", { class: "unseen" }, player.words("from_" + from) + " "), w.text];
      return w.id && w.rules ? tap(player, w, v, "bubble " + from, kids) : h("p", { class: "bubble " + from, key: w.key }, kids);
    }

    function item(player, w, v) {
      const kids = [w.icon && icon(w.icon), h("span", { class: "about" }, h("b", {}, w.text), w.sub && h("span", {}, w.sub)), w.meta && h("span", { class: "meta" }, w.meta)];
      return w.id && w.rules ? tap(player, w, v, "item", kids) : h("div", { class: "item", key: w.key }, kids);
    }

    const WIDGETS = {
      input, choice, bubble, item,
      text: (player, w) => h(own(TAGS, w.style) || "p", { class: "text " + (w.style || "body"), key: w.key }, w.style === "warning" && icon("warning"), w.text),
      row: (player, w) => h("p", { class: "pair", key: w.key }, h("span", {}, w.label + " "), h("b", {}, w.text)),
      image: (player, w) => h("div", { class: "picture", role: "img", "aria-label": w.alt, key: w.key }, icon(w.name), h("span", {}, w.alt)),
      button: (player, w, v) => tap(player, w, v, "widget " + (w.style || "secondary"), w.text),
      toggle: (player, w, v) => h("label", { class: "option switch", key: w.key }, h("span", {}, w.label), h("input", control(player, w, v, {
        type: "checkbox", role: "switch", checked: w.value === true,
        onchange: (event) => player.press({ a: "choose", w: w.id, o: event.target.checked ? "on" : "off" }),
      }))),
      scan: (player, w, v) => optionButtons(player, w, v, "scan", "qr"),
    };

    function launcher(player, v) {
      const open = (app) => (app.id === v.appId ? player.show({ switcher: false, focus: ".screen h4" }) : player.press({ a: "open", p: app.id }));
      return [h("h4", { tabindex: "-1" }, player.words(v.home ? "home_title" : "apps")), h("div", { class: "launcher" }, v.apps.map((app) =>
        player.button("app kind-" + app.kind + (pointed(v, app.id) ? " pointed" : ""), [icon(app.icon), h("span", {}, app.title)], () => open(app), {
          key: app.id, "aria-describedby": ids(player, pointed(v, app.id) && "coach"),
        })))];
    }

    function screen(player, v) {
      const coach = v.coach && h("p", { class: "coach", id: player.id + "coach", key: "coach" }, icon("coach"), h("span", {}, v.coach.say));
      const list = player.switcher || v.home, near = !list && v.widgets.some((w) => pointed(v, w.id));
      return h("div", { class: "screen", key: "at-" + v.at + Boolean(player.switcher) }, !near && coach, list ? launcher(player, v) : [
        h("h4", { tabindex: "-1" }, v.title),
        v.widgets.map((w) => [near && pointed(v, w.id) && coach, own(WIDGETS, w.type) && WIDGETS[w.type](player, w, v)]),
      ], h("p", { class: "unseen", id: player.id + "off" }, player.words("not_yet")));
    }

    function notices(player, v) {
      const open = (n) => (v.modal ? player.note(player.words("modal")) : player.press({ a: "notice", n: n.id }));
      return v.notices.length > 0 && h("ul", { class: "notices", "aria-label": player.words("notices"), key: "notices" }, v.notices.map((n) => h("li", { key: n.id },
        player.button("notice", [icon("bell"), h("span", {}, n.text)], () => open(n), { "aria-disabled": v.modal ? "true" : null }))));
    }

    function navigation(player, v) {
      const t = player.words, stop = v.home ? "at_home" : v.modal ? "modal" : null;
      const key = (name, go) => player.button("nav", [icon(name), h("span", {}, t(name))], () => (stop ? player.note(t(stop)) : go()), { "aria-disabled": stop ? "true" : null });
      return h("div", { class: "navbar", role: "group", "aria-label": t("navigation"), key: "nav" }, key("back", () => player.press({ a: "back" })),
        key("home", () => player.press({ a: "home" })), key("apps", () => player.show({ switcher: !player.switcher, focus: ".screen h4" })));
    }

    function phone(player, v) {
      const t = player.words, kind = /^[a-z_]+$/.test(v.kind) ? v.kind : "other";
      return h("div", { class: "phone kind-" + kind + " style-" + v.style, role: "region", "aria-label": t("phone"), key: "phone" },
        h("p", { class: "label", key: "label" }, t("practice_label")),
        !v.home && h("p", { class: "bar", key: "bar" }, icon(v.icon), h("span", {}, v.app)),
        notices(player, v), screen(player, v),
        (player.snack || v.undo) && h("div", { class: "snack", key: "snack" }, h("span", {}, player.snack),
          v.undo && player.button("undo", t("undo"), () => player.press({ a: "undo" }))),
        navigation(player, v));
    }

    function question(player) {
      const t = player.words, id = player.id + "ask";
      return h("div", { class: "card ask", role: "group", "aria-labelledby": id, key: "ask" }, h("h4", { id, tabindex: "-1" }, t("finish_question")),
        h("p", {}, t("finish_note")), h("div", { class: "row-buttons" },
          player.button("primary", t("finish_yes"), () => player.press({ a: "end" })),
          player.button("secondary", t("finish_no"), () => player.show({ asking: false, focus: ".controls .primary" }))));
    }

    /* The page of a run: what to do, the phone, and what is outside the phone. */
    function run(player) {
      const t = player.words, payload = player.kept.payload, say = (text) => kit.resolve(player.machine, text);
      return h("div", { class: "run", key: "run" },
        h("div", { class: "side" }, h("p", { class: "eyebrow" }, t("run_" + player.kept.run)), player.heading(say(payload.title)),
          h("details", { class: "brief", open: "" }, h("summary", {}, t("your_task")), kit.lines(say(payload.brief)), h("p", { class: "goal" }, say(payload.goal)))),
        phone(player, player.seen()),
        h("div", { class: "controls" }, player.asking ? question(player) : [
          payload.waits && player.button("secondary", t("wait"), () => player.press({ a: "wait" }), { key: "wait" }),
          player.button("primary", t("finish"), () => player.show({ asking: true, focus: ".ask h4" }), { key: "finish" })]));
    }

    /* The page after an attempt: what went well first, what was missed with why and how, hazards as stories, one next step. */
    function result(player) {
      const t = player.words, f = player.feedback, known = typeof f.score_milli === "number";
      const part = (name, draw) => kit.list(f[name]).length > 0 && h("section", { class: name }, h("h4", {}, t(name)),
        h("ul", {}, f[name].map((x) => h("li", {}, draw(x)))));
      return [
        player.heading(t("result")),
        known ? h("p", { class: "score" }, h("b", {}, kit.points(f.score_milli)), " " + t("score_of")) : h("p", { class: "lead" }, t("result_later")),
        part("went_well", (x) => x),
        part("missed", (x) => [h("b", {}, x.text), h("p", {}, x.why), h("p", { class: "how" }, h("b", {}, t("how") + " "), x.how)]),
        part("hazards", (x) => [x.recovered && h("b", {}, t("recovered")), h("p", {}, x.story)]),
        f.next && h("section", { class: "next" }, h("h4", {}, t("next")), h("p", {}, f.next)),
        h("p", { class: "facts" }, t(f.stored ? "stored" : "not_stored")),
        h("div", { class: "row-buttons" }, player.button("secondary", t("again_guided"), () => player.begin("guided")),
          !player.closed() && player.button("primary", t("again_counted"), () => player.begin("counted")),
          player.button("link", t("start_page"), () => player.show({ stage: "start", focus: "h3" }))),
      ];
    }

    return { run, result };
  };
})();
