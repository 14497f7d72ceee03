/* The simulated phone: what it looks like and what a press on it does; and the page after an attempt. Loaded by player.js on demand. */
(function () {
  "use strict";

  // Icons and pictures: our own, drawn in a box of 24 × 24.
  const ICONS = {
    app: "M5 5h14v14H5z",
    apps: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
    back: "M15 5l-7 7 7 7",
    bank: "M4 10l8-5 8 5zM6 10v8M10 10v8M14 10v8M18 10v8M4 19h16",
    bell: "M6 17h12l-1.5-2.5V11a4.5 4.5 0 0 0-9 0v3.5zM10.5 20h3",
    blurred_face: "M5 12a7 7 0 1 1 14 0 7 7 0 0 1-14 0M8 10h3M13 10h3M8 13h2M12 13h4M9 16h3M14 16h1",
    camera: "M4 8h4l1.5-2h5L16 8h4v11H4zM12 10.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6",
    card: "M4 6h16v12H4zM4 10h16M7 15h4",
    chat: "M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12h5",
    coach: "M12 3a6 6 0 0 0-3.5 10.9V17h7v-3.1A6 6 0 0 0 12 3zM9.5 20.5h5",
    help: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 16.5v.5",
    home: "M4 11.5L12 5l8 6.5M6.5 10v9h11v-9",
    info: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 11v5.5M12 8v.5",
    lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
    money: "M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M6 10v4M18 10v4",
    people: "M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M3 19c0-3.5 2.5-5.5 6-5.5s6 2 6 5.5M16 5.5a3 3 0 0 1 0 5.5M17.5 14c2.2.7 3.5 2.5 3.5 5",
    person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4.5 20c0-4 3-6 7.5-6s7.5 2 7.5 6",
    phone: "M6 4h4l1.5 4.5L9 10.5a11 11 0 0 0 4.5 4.5l2-2.5L20 14v4c0 1-1 2-2 2C10.5 20 4 13.5 4 6c0-1 1-2 2-2z",
    photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.5v.5",
    place: "M4 9l2-4h12l2 4zM5 9v10h14V9M9 19v-6h6v6",
    police: "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6zM12 8v4M12 15v.5",
    qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5z",
    receipt: "M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
    search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l5 5",
    settings: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
    shield: "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-4.5",
    sms: "M4 6h16v12H4zM4 7l8 6 8-6",
    video: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
    wallet: "M4 7h14v12H4zM4 7l11-3v3M14 12h6v3h-6z",
    warning: "M12 4l9 16H3zM12 10v4.5M12 17v.5",
    wifi: "M3 9.5a13 13 0 0 1 18 0M6 13a8.5 8.5 0 0 1 12 0M9 16.3a4 4 0 0 1 6 0M12 19.5v.2",
  };

  window.DigiskillsSkin = function (kit) {
    const h = kit.h, own = kit.own, engine = kit.engine;

    // ── What a press does ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    function note(player, text) {
      player.show({ snack: text });
      player.say(text);
    }

    /* Does an action, keeps it, and tells what happened. Only what was possible goes into the trace. */
    function act(player, action) {
      const m = player.machine, at = m.at, before = m.notices, out = engine.step(m, action);
      if (!out.accepted) {
        note(player, player.words("nothing_happened"));
        return;
      }
      player.keep(action);
      const v = engine.view(m), news = v.notices.filter((n) => !before.includes(n.id)).map((n) => player.words("notice", { text: n.text }));
      player.show({ snack: out.toasts.join(" "), refused: null, switcher: false, focus: m.at === at ? null : ".screen h4" });
      player.say([player.snack].concat(news, m.at === at ? [] : v.title, v.coach ? v.coach.say : []).filter(Boolean).join(" "));
      if (m.ended || player.kept.actions.length >= kit.MAX_ACTIONS - 1) player.finish();
    }

    /* What would be recorded of a half-typed text; null if it looks like a real number. */
    function typed(player, draft) {
      const w = draft.widget, text = draft.text.slice(0, kit.MAX_TYPED);
      return engine.looksReal(text, w.kind, player.exempt) ? null : engine.clean(engine.cut(text, w.kind, player.exempt), w.kind, w.max);
    }

    /* Takes what was typed but not yet recorded. False if it was refused. */
    function flush(player) {
      const draft = player.draft, value = draft && typed(player, draft), active = document.activeElement;
      player.draft = null;
      if (!draft) return true;
      if (value === null) {
        if (active.tagName === "INPUT") active.value = "";
        player.show({ refused: draft.widget.key, warned: false, snack: "" });
        player.say(player.words("refused_number"));
        return false;
      }
      // A rule may have emptied the variable since: then the same text counts again.
      const m = player.machine, known = draft.widget.to === undefined ? own(m.memo, draft.widget.id) : own(m.vars, draft.widget.to);
      if (value !== known) act(player, { a: "type", w: draft.widget.id, t: String(value) });
      return true;
    }

    /* A press on the phone: first what was typed is taken. The press after a refusal only leads back to the field, once. */
    function press(player, action) {
      const taken = flush(player), widget = action.w !== undefined;
      if (widget && player.refused !== null && !player.warned) player.show({ warned: taken, focus: "[aria-invalid]" });
      else if (!widget || engine.view(player.machine).widgets.some((w) => w.id === action.w && w.enabled)) act(player, action);
      else note(player, player.words("not_yet"));
    }

    /* The phone as it is with the half-typed text in place, so that buttons wake up while one types. */
    function seen(player) {
      const m = player.machine, draft = player.draft, value = draft ? typed(player, draft) : null;
      if (value === null || draft.widget.to === undefined) return engine.view(m);
      return engine.view(Object.assign({}, m, { vars: Object.assign({}, m.vars, { [draft.widget.to]: value }) }));
    }

    // ── What it looks like ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    const icon = (name) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" },
      h("path", { d: own(ICONS, name) || ICONS.app }));
    const pointed = (v, id) => v.coach !== null && v.coach.point !== undefined && v.coach.point === id;
    const ids = (player, ...names) => names.filter(Boolean).map((name) => player.id + name).join(" ") || null;

    /* An instruction, with the labels that it quotes in bold. */
    const labelled = (text) => text.split(/(“[^”]+”)/).map((part, i) => (i % 2 ? h("b", {}, part) : part));

    /* A button of the phone: pointed at by the coach, or off with its reason. */
    function tap(player, w, v, cls, kids, action) {
      const on = !action && pointed(v, w.id);
      return player.button(cls + (on ? " pointed" : ""), kids, () => press(player, action || { a: "tap", w: w.id }), {
        key: w.key + (action ? action.o : ""),
        "aria-disabled": w.enabled ? null : "true",
        "aria-describedby": ids(player, on && "coach", !w.enabled && "off"),
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

    function group(player, w, v, kids) {
      const on = pointed(v, w.id);
      const attrs = { class: "options " + w.type + (on ? " pointed" : ""), "aria-describedby": ids(player, on && "coach"), key: w.key };
      return h("fieldset", attrs, h("legend", {}, w.label), kids);
    }

    /* Options that act at once are buttons: the arrow keys of radio buttons would act on their way. */
    const optionButtons = (player, w, v, a, glyph) => group(player, w, v, w.options.map((o) =>
      tap(player, w, v, "option", [glyph && icon(glyph), h("span", {}, o.text)], { a, w: w.id, o: o.id })));

    function input(player, w, v) {
      const id = player.id + "-" + w.key, amount = w.kind === "amount";
      const known = w.value === undefined || (amount && w.value === 0) ? "" : w.value;
      return h("div", { class: "field", key: w.key }, h("label", { for: id }, w.label),
        h("input", control(player, w, v, {
          id, value: amount && known !== "" ? kit.shown(known, "num") : String(known), maxlength: kit.MAX_TYPED, autocomplete: "off",
          type: w.kind === "passcode" ? "password" : "text", inputmode: w.kind === "text" ? "text" : "numeric",
          oninput: (event) => player.show({ draft: { widget: w, text: event.target.value }, refused: null }),
          onchange: () => flush(player),
          onkeydown: (event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // no form of the page around us is sent
            flush(player);
          },
        })),
        player.refused === w.key && h("p", { class: "bad", id: player.id + "bad" }, icon("warning"), player.words("refused_number")));
    }

    function choice(player, w, v) {
      if (w.rules) return optionButtons(player, w, v, "choose");
      const radio = (o) => h("input", control(player, w, v, {
        class: null, type: "radio", name: player.id + w.key, checked: o.on,
        onchange: () => press(player, { a: "choose", w: w.id, o: o.id }),
      }));
      const row = (o) => h("label", { class: o.on ? "option on" : "option", key: o.id }, radio(o), h("span", {}, o.text));
      return group(player, w, v, w.options.map(row));
    }

    function toggle(player, w, v) {
      return h("label", { class: "option switch", key: w.key }, h("span", {}, w.label), h("input", control(player, w, v, {
        type: "checkbox", role: "switch", checked: w.value === true,
        onchange: (event) => press(player, { a: "choose", w: w.id, o: event.target.checked ? "on" : "off" }),
      })));
    }

    function bubble(player, w, v) {
      const from = ["me", "system"].includes(w.from) ? w.from : "them";
      const kids = [h("span", { class: "unseen" }, player.words("from_" + from) + " "), w.text];
      return w.id && w.rules ? tap(player, w, v, "bubble " + from, kids) : h("p", { class: "bubble " + from, key: w.key }, kids);
    }

    function item(player, w, v) {
      const about = h("span", { class: "about" }, h("b", {}, w.text), w.sub && h("span", {}, w.sub));
      const kids = [w.icon && icon(w.icon), about, w.meta && h("span", { class: "meta" }, w.meta)];
      return w.id && w.rules ? tap(player, w, v, "item", kids) : h("div", { class: "item", key: w.key }, kids);
    }

    const WIDGETS = {
      input, choice, toggle, bubble, item,
      text: (player, w) => h(w.style === "title" ? "h5" : "p", { class: "text " + (w.style || "body"), key: w.key },
        w.style === "warning" && icon("warning"), w.text),
      row: (player, w) => h("p", { class: "pair", key: w.key }, h("span", {}, w.label + " "), h("b", {}, w.text)),
      image: (player, w) => h("div", { class: "picture", key: w.key }, icon(w.name), h("span", {}, w.alt)),
      button: (player, w, v) => tap(player, w, v, "widget " + (w.style || "secondary"), w.text),
      scan: (player, w, v) => optionButtons(player, w, v, "scan", "qr"),
    };

    function launcher(player, v) {
      const stay = () => player.show({ switcher: false, focus: ".screen h4" });
      const open = (app) => (app.id === v.appId ? stay() : press(player, { a: "open", p: app.id }));
      const button = (app, on) => player.button("app kind-" + app.kind + (on ? " pointed" : ""), [icon(app.icon), h("span", {}, app.title)],
        () => open(app), { key: app.id, "aria-describedby": ids(player, on && "coach") });
      return [h("h4", { tabindex: "-1" }, player.words(v.home ? "home_title" : "apps")),
        h("div", { class: "launcher" }, v.apps.map((app) => button(app, pointed(v, app.id))))];
    }

    function screen(player, v) {
      const key = v.coach && "coach-" + v.coach.point; // a new node at a new place: to move one would shake the focus
      const coach = v.coach && h("p", { class: "coach", id: player.id + "coach", key }, icon("coach"), h("span", {}, labelled(v.coach.say)));
      const list = player.switcher || v.home, near = !list && v.widgets.some((w) => pointed(v, w.id));
      return h("div", { class: "screen", key: "at-" + v.at + Boolean(player.switcher) }, !near && coach, list ? launcher(player, v) : [
        h("h4", { tabindex: "-1" }, v.title),
        v.widgets.map((w) => [near && pointed(v, w.id) && coach, own(WIDGETS, w.type) && WIDGETS[w.type](player, w, v)]),
      ], h("p", { class: "unseen", id: player.id + "off" }, player.words("not_yet")));
    }

    function notices(player, v) {
      const open = (n) => (v.modal ? note(player, player.words("modal")) : press(player, { a: "notice", n: n.id }));
      const off = { "aria-disabled": v.modal ? "true" : null };
      return v.notices.length > 0 && h("ul", { class: "notices", "aria-label": player.words("notices"), key: "notices" },
        v.notices.map((n) => h("li", { key: n.id }, player.button("notice", [icon("bell"), h("span", {}, n.text)], () => open(n), off))));
    }

    function navigation(player, v) {
      const t = player.words, stop = v.home ? "at_home" : v.modal ? "modal" : null;
      const off = { "aria-disabled": stop ? "true" : null };
      const key = (name, go) => player.button("nav", [icon(name), h("span", {}, t(name))], stop ? () => note(player, t(stop)) : go, off);
      return h("div", { class: "navbar", role: "group", "aria-label": t("navigation"), key: "nav" },
        key("back", () => press(player, { a: "back" })), key("home", () => press(player, { a: "home" })),
        key("apps", () => player.show({ switcher: !player.switcher, focus: ".screen h4" })));
    }

    function phone(player, v) {
      const t = player.words, kind = /^[a-z_]+$/.test(v.kind) ? v.kind : "other";
      return h("div", { class: "phone kind-" + kind + " style-" + v.style, role: "region", "aria-label": t("phone"), key: "phone" },
        h("p", { class: "label", key: "label" }, t("practice_label")),
        !v.home && h("p", { class: "bar", key: "bar" }, icon(v.icon), h("span", {}, v.app)),
        notices(player, v), screen(player, v),
        (player.snack || v.undo) && h("div", { class: "snack", key: "snack" }, h("span", {}, player.snack),
          v.undo && player.button("undo", t("undo"), () => press(player, { a: "undo" }))),
        navigation(player, v));
    }

    function question(player) {
      const t = player.words, id = player.id + "ask";
      return h("div", { class: "card ask", role: "group", "aria-labelledby": id, key: "ask" },
        h("h4", { id, tabindex: "-1" }, t("finish_question")), h("p", {}, t("finish_note")), h("div", { class: "row-buttons" },
          player.button("primary", t("finish_yes"), () => press(player, { a: "end" })),
          player.button("secondary", t("finish_no"), () => player.show({ asking: false, focus: ".controls .primary" }))));
    }

    /* The page of a run: what to do, the phone, and what is outside the phone. */
    function run(player) {
      const t = player.words, payload = player.kept.payload, say = (text) => kit.resolve(player.machine, text);
      return h("div", { class: "run", key: "run" },
        h("div", { class: "side" }, h("p", { class: "eyebrow" }, t("run_" + player.kept.run)), player.heading(say(payload.title)),
          h("details", { class: "brief", open: "" }, h("summary", {}, t("your_task")), kit.lines(say(payload.brief)),
            h("p", { class: "goal" }, say(payload.goal)))),
        phone(player, seen(player)),
        h("div", { class: "controls" }, player.asking ? question(player) : [
          payload.waits && player.button("secondary", t("wait"), () => press(player, { a: "wait" }), { key: "wait" }),
          player.button("primary", t("finish"), () => player.show({ asking: true, focus: ".ask h4" }), { key: "finish" })]));
    }

    /* The page after an attempt: what went well first, what was missed with why and how, hazards as stories, one next step. */
    function result(player) {
      const t = player.words, f = player.feedback, known = typeof f.score_milli === "number";
      const part = (name, draw) => kit.list(f[name]).length > 0 && h("section", { class: name }, h("h4", {}, t(name)),
        h("ul", {}, f[name].map((x) => h("li", {}, draw(x)))));
      return [
        player.heading(t("result")),
        known ? h("p", { class: "score" }, h("b", {}, kit.points(f.score_milli)), " " + t("score_of"))
          : h("p", { class: "lead" }, t("result_later")),
        part("went_well", (x) => x),
        part("missed", (x) => [h("b", {}, x.text), h("p", {}, x.why), h("p", { class: "how" }, h("b", {}, t("how") + " "), labelled(x.how))]),
        part("hazards", (x) => [x.recovered && h("b", {}, t("recovered")), h("p", {}, x.story)]),
        f.next && h("section", { class: "next" }, h("h4", {}, t("next")), h("p", {}, f.next)),
        h("p", { class: "facts" }, t(!f.stored ? "not_stored" : f.counted === false ? "practised" : "stored")),
        player.helped(),
        h("div", { class: "row-buttons" },
          player.offers("guided") && player.button("secondary", t("again_guided"), () => player.begin("guided")),
          player.offers("counted") && !player.closed() && player.button("primary", t("again_counted"), () => player.begin("counted")),
          player.button("link", t("start_page"), () => player.show({ stage: "start", focus: "h3" }))),
      ];
    }

    return { run, result, flush };
  };
})();
