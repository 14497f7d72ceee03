/* The simulated phone: what it looks like and what a press on it does. Loaded by player.js on demand; so are icons.js and pictures.js. */
(function () {
  "use strict";

  const NO_ICON = "M5 5h14v14H5z", WIDE = 800; // pixels from which the task has room beside the phone (skin.css)

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
      if (m.at !== at && player.root.clientWidth < WIDE) player.informed = true;
      player.show({ snack: out.toasts.join(" "), refused: null, switcher: false, focus: m.at === at ? null : ".screen h4" });
      player.say([player.snack].concat(news, m.at === at ? [] : v.title, v.coach ? v.coach.say : []).filter(Boolean).join(" "));
      if (m.ended || player.kept.actions.length >= kit.MAX_ACTIONS - 1) player.finish();
    }

    /* What would be recorded of a half-typed text; null if it looks like a real number. */
    function typed(player, draft) {
      const w = draft.widget, text = draft.text.slice(0, kit.MAX_TYPED);
      return engine.looksReal(text, w.kind, player.exempt) ? null : engine.clean(engine.cut(text, w.kind, player.exempt), w.kind, w.max);
    }

    const chosen = (player, draft) => engine.view(player.machine).widgets
      .some((w) => w.id === draft.widget.id && w.options.some((o) => o.on && o.id === draft.option));

    /* Takes what was typed, or passed over with the arrow keys, but not yet recorded. False if it was refused. */
    function flush(player) {
      const draft = player.draft, value = draft && !draft.option && typed(player, draft), active = document.activeElement;
      player.draft = null;
      if (draft && draft.option && !chosen(player, draft)) act(player, { a: "choose", w: draft.widget.id, o: draft.option });
      if (!draft || draft.option) return true;
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
      if (player.stage === "guide") {
        player.way.pressed(action);
        return;
      }
      const taken = flush(player), widget = action.w !== undefined;
      if (widget && player.refused !== null && !player.warned) player.show({ warned: taken, focus: "[aria-invalid]" });
      else if (!widget || engine.view(player.machine).widgets.some((w) => w.id === action.w && w.enabled)) act(player, action);
      else note(player, player.words("not_yet"));
    }

    /* The phone as it is with the half-typed text in place, so that buttons wake up while one types. */
    function seen(player) {
      const m = player.machine, draft = player.draft;
      if (draft && draft.option) {
        const trial = Object.assign({}, m, { vars: Object.assign({}, m.vars), memo: Object.assign({}, m.memo), waiting: [] });
        engine.step(trial, { a: "choose", w: draft.widget.id, o: draft.option });
        return engine.view(trial);
      }
      const value = draft ? typed(player, draft) : null;
      if (value === null || draft.widget.to === undefined) return engine.view(m);
      return engine.view(Object.assign({}, m, { vars: Object.assign({}, m.vars, { [draft.widget.to]: value }) }));
    }

    // ── What it looks like ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    const icon = (name) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" },
      h("path", { d: own(window.DigiskillsIcons, name) || NO_ICON }));
    /* A scene of ours as a list of [path, class]; in its place the icon of that name. */
    function picture(name) {
      const scenes = window.DigiskillsPictures || {}, scene = own(scenes, name) || (own(window.DigiskillsIcons, name) ? null : scenes.any);
      return scene ? h("svg", { viewBox: "0 0 160 100", "aria-hidden": "true", focusable: "false", class: "scene" },
        scene.map((part) => h("path", { d: part[0], class: part[1] }))) : icon(name);
    }

    const told = (v) => v.coach.say && "coach";
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
        "aria-describedby": ids(player, on && told(v), !w.enabled && "off"),
      });
    }

    /* Attributes of a form control: what describes it, whether its text was refused, whether it is off. */
    function control(player, w, v, more) {
      const on = pointed(v, w.id), bad = player.refused === w.key;
      return Object.assign({
        class: on ? "pointed" : null, "aria-describedby": ids(player, on && told(v), !w.enabled && "off", bad && "bad"),
        "aria-invalid": bad ? "true" : null, disabled: w.enabled ? null : "", readonly: player.stage === "guide" ? "" : null,
      }, more);
    }

    function group(player, w, v, kids) {
      const on = pointed(v, w.id);
      const attrs = { class: "options " + w.type + (on ? " pointed" : ""), "aria-describedby": ids(player, on && told(v)), key: w.key };
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

    /* Arrow keys choose every radio button on their way: only the one where they stop is taken, when it is confirmed or left. */
    function choice(player, w, v) {
      if (w.rules) return optionButtons(player, w, v, "choose");
      const take = (o) => {
        if (player.roving && player.stage === "run") player.show({ draft: { widget: w, option: o.id } });
        else press(player, { a: "choose", w: w.id, o: o.id });
      };
      const key = (event) => {
        player.roving = event.key.startsWith("Arrow");
        if (event.key === "Enter") event.preventDefault(); // no form of the page around us is sent
        if (event.key === "Enter" || event.key === " ") flush(player);
      };
      const radio = (o) => h("input", control(player, w, v, {
        class: null, type: "radio", name: player.id + w.key, checked: o.on, onchange: () => take(o),
        onkeydown: key, onkeyup: () => { player.roving = false; },
        onblur: (event) => event.target.closest("fieldset").contains(event.relatedTarget) || flush(player),
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
      image: (player, w) => h("div", { class: "picture", key: w.key }, picture(w.name), h("span", {}, w.alt)),
      button: (player, w, v) => tap(player, w, v, "widget " + (w.style || "secondary"),
        [v.style === "call" && ["primary", "danger"].includes(w.style) && icon("phone"), h("span", {}, w.text)]),
      scan: (player, w, v) => optionButtons(player, w, v, "scan", "qr"),
    };

    const head = (player, title) => h("div", { class: "head" }, h("h4", { tabindex: "-1" }, title),
      player.listen("listen_screen", ".screen", true));

    function launcher(player, v) {
      const stay = () => player.show({ switcher: false, focus: ".screen h4" });
      const open = (app) => (app.id === v.appId ? stay() : press(player, { a: "open", p: app.id }));
      const button = (app, on) => player.button("app kind-" + app.kind + (on ? " pointed" : ""), [icon(app.icon), h("span", {}, app.title)],
        () => open(app), { key: app.id, "aria-describedby": ids(player, on && told(v)) });
      return [head(player, player.words(v.home ? "home_title" : "apps")), h("div", { class: "launcher" }, v.apps.map((app) => button(app, pointed(v, app.id))))];
    }

    function screen(player, v) {
      const key = v.coach && "coach-" + v.coach.point; // a new node at a new place: to move one would shake the focus
      const coach = v.coach && v.coach.say && h("p", { class: "coach", id: player.id + "coach", key },
        icon("coach"), h("span", {}, labelled(v.coach.say)));
      const list = player.switcher || v.home, near = !list && v.widgets.some((w) => pointed(v, w.id));
      return h("div", { class: "screen", lang: player.language, key: "at-" + v.at + Boolean(player.switcher) }, !near && coach, list ? launcher(player, v) : [
        head(player, v.title),
        v.widgets.map((w) => [near && pointed(v, w.id) && coach, own(WIDGETS, w.type) && WIDGETS[w.type](player, w, v)]),
      ], h("p", { class: "unseen", id: player.id + "off" }, player.words("not_yet")));
    }

    function notices(player, v) {
      const open = (n) => (v.modal ? note(player, player.words("modal")) : press(player, { a: "notice", n: n.id }));
      const off = { "aria-disabled": v.modal ? "true" : null };
      return v.notices.length > 0 && h("ul", { class: "notices", lang: player.language, "aria-label": player.words("notices"), key: "notices" },
        v.notices.map((n) => h("li", { key: n.id }, player.button(pointed(v, n.id) ? "notice pointed" : "notice",
          [icon("bell"), h("span", {}, n.text)], () => open(n), off))));
    }

    function navigation(player, v) {
      const t = player.words, stop = v.home ? "at_home" : v.modal ? "modal" : null;
      const off = { "aria-disabled": stop ? "true" : null };
      const key = (name, go) => player.button("nav" + (pointed(v, "key " + name) ? " pointed" : ""), [icon(name), h("span", {}, t(name))],
        stop ? () => note(player, t(stop)) : go, off);
      return h("div", { class: "navbar", role: "group", "aria-label": t("navigation"), key: "nav" },
        key("back", () => press(player, { a: "back" })), key("home", () => press(player, { a: "home" })),
        key("apps", () => player.show({ switcher: !player.switcher, focus: ".screen h4" })));
    }

    function phone(player, v) {
      const t = player.words, kind = /^[a-z_]+$/.test(v.kind) ? v.kind : "other";
      const look = "phone kind-" + kind + " style-" + v.style + (/^[a-z_]+$/.test(v.icon) ? " icon-" + v.icon : "");
      return h("div", { class: look, role: "region", "aria-label": t("phone"), key: "phone" },
        h("p", { class: "label", key: "label" }, t("practice_label")),
        !v.home && h("p", { class: "bar", lang: player.language, key: "bar" }, icon(v.icon), h("span", {}, v.app)),
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
          h("details", { class: "brief", open: player.informed ? null : "" }, h("summary", {}, t("your_task")),
            h("div", { lang: player.language }, kit.lines(say(payload.brief)), h("p", { class: "goal" }, say(payload.goal))), h("div", { class: "row-buttons" },
              player.button("primary", t("informed"), () => player.show({ informed: true, focus: ".screen h4" })),
              player.listen("listen_task", ".brief div")))),
        phone(player, seen(player)),
        h("div", { class: "controls" }, player.asking ? question(player) : [
          payload.waits && player.button("secondary", t("wait"), () => press(player, { a: "wait" }), { key: "wait" }),
          player.button("primary", t("finish"), () => player.show({ asking: true, focus: ".ask h4" }), { key: "finish" })]));
    }

    return { run, phone, labelled, flush };
  };
})();
