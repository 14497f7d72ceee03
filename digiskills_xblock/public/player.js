/* Practice tasks in the browser: a simulated phone. One classic script, as the platform loads no modules (docs/decisions/0002). */
(function () {
  "use strict";

  // ── Engine: pure; the same semantics as digiskills_simulator.machine (docs/reference/engine.md) ─────────────────────────────────

  const HOME = "home", MAX_INT = 9007199254740991, MAX_NOTICES = 8, MAX_ACTIONS = 500, MAX_TYPED = 200, AMOUNT_DIGITS = 9;
  const RUN = /[0-9](?:[ .-]?[0-9])*/g;
  const NOT_ALLOWED = /[^\u0020-\u007e\u00a0-\u024f\u0300-\u036f\u1e00-\u1eff\u2010-\u2027\u20ab]/gu;

  const isObject = (x) => x !== null && typeof x === "object" && !Array.isArray(x);
  const list = (x) => (Array.isArray(x) ? x : x === undefined || x === null ? [] : [x]), objects = (x) => list(x).filter(isObject);
  const own = (o, k) => (isObject(o) && Object.prototype.hasOwnProperty.call(o, k) ? o[k] : undefined);
  const clamp = (n) => Math.max(-MAX_INT, Math.min(MAX_INT, n)) + 0; // + 0 turns -0 into 0

  const OPERATORS = {
    "===": (a, b) => a === b, "!==": (a, b) => a !== b,
    "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
    "+": (a, b) => clamp(a + b), "-": (a, b) => clamp(a - b), "*": (a, b) => clamp(a * b), "!": (a) => !a,
    and: (...all) => all.every(Boolean), or: (...all) => all.some(Boolean),
    in: (x, within) => (Array.isArray(within) || typeof within === "string") && within.includes(x),
  };

  function evaluate(m, expression) {
    if (!isObject(expression)) return expression;
    const op = Object.keys(expression)[0], raw = expression[op];
    if (op === "var") return raw === "$steps" ? m.steps : raw === "$waits" ? m.waits : own(m.vars, raw);
    const operator = own(OPERATORS, op);
    return operator ? operator(...list(raw).map((arg) => evaluate(m, arg))) : false;
  }

  const holds = (m, condition) => condition === undefined || Boolean(evaluate(m, condition));
  const first = (m, rules) => objects(rules).find((rule) => holds(m, rule.when));

  /* A value as the learner reads it: money 1.250.000 đ, num 1.250.000, group 0123 4567. */
  function shown(value, format) {
    if (format === "group") return (String(value).match(/.{1,4}/g) || []).join(" ");
    if (typeof value !== "number" || (format !== "money" && format !== "num")) return String(value);
    return String(value).replace(/\B(?=(\d{3})+$)/g, ".") + (format === "money" ? " đ" : "");
  }

  const resolve = (m, text) => list(text).map((part) => (isObject(part) ? shown(own(m.vars, part.v), part.f) : String(part))).join("");

  /* What an input takes from a typed text: an integer for `amount`, else a string of at most `max` code points. */
  function clean(text, kind, max) {
    const limit = Number.isInteger(max) ? max : 60;
    if (kind === "amount") return Number(text.replace(/[^0-9]/g, "").slice(0, AMOUNT_DIGITS));
    if (kind === "digits") return text.replace(/[^0-9]/g, "").slice(0, limit);
    if (kind === "passcode") return text.replace(/[^0-9•]/g, "").slice(0, limit);
    const kept = text.normalize("NFC").replace(NOT_ALLOWED, "").replace(/[ \u00a0]+/g, " ").replace(/^ | $/g, "");
    return Array.from(kept).slice(0, limit).join("");
  }

  /* Replaces the digits of what looks like a real number, unless the task itself shows that number. Idempotent. */
  function cut(text, kind, exempt) {
    const shortest = kind === "passcode" ? 1 : kind === "amount" ? 9 : 8;
    return text.replace(RUN, (run) => {
      const digits = run.replace(/[^0-9]/g, "");
      return digits.length < shortest || exempt.includes(digits) ? run : run.replace(/[0-9]/g, "•");
    });
  }

  /* A passcode is never refused: it is cut without a word, and the app in the task says that it is wrong. */
  const looksReal = (text, kind, exempt) => kind !== "passcode" && cut(text, kind, exempt) !== text;

  const TEXTS = ["title", "goal", "why", "brief", "text", "label", "sub", "meta", "alt", "say", "toast", "vars"];

  /* Runs of four or more digits in the payload's texts and values: what the task itself shows may be typed. */
  function exemptOf(payload) {
    const found = new Set();
    (function walk(x, inText) {
      if (typeof x === "object" && x !== null) Object.keys(x).forEach((key) => walk(x[key], inText || TEXTS.includes(key)));
      else if (inText) (String(x).match(RUN) || []).forEach((run) => found.add(run.replace(/[^0-9]/g, "")));
    })(payload, false);
    return Array.from(found).filter((digits) => digits.length > 3);
  }

  const screenOf = (m) => own(m.p.screens, m.at);
  const copy = (x) => Object.assign({}, x);
  const remember = (m) => ({ at: m.at, ret: m.ret, last: copy(m.last), vars: copy(m.vars), notices: m.notices, memo: copy(m.memo) });

  function enter(m, target, out) {
    m.at = target;
    const screen = screenOf(m);
    if (!isObject(screen)) return;
    if (!screen.modal) m.last[screen.app] = target;
    m.notices = m.notices.filter((id) => (own(m.p.notices, id) || {}).screen !== target);
    objects(screen.enter).forEach((rule) => {
      if (holds(m, rule.when)) fire(m, { set: rule.set, notify: rule.notify, dismiss: rule.dismiss }, out);
    });
  }

  function fire(m, rule, out) {
    if (rule.undo) m.undo = out.before;
    const set = isObject(rule.set) ? rule.set : {};
    const values = Object.keys(set).map((name) => [name, evaluate(m, set[name])]);
    values.forEach((pair) => { m.vars[pair[0]] = pair[1]; });
    list(rule.notify).forEach((id) => { if (!m.notices.includes(id)) m.notices = m.notices.concat([id]).slice(-MAX_NOTICES); });
    m.notices = m.notices.filter((id) => !list(rule.dismiss).includes(id));
    if (rule.toast !== undefined) out.toasts.push(resolve(m, rule.toast));
    if (rule.interrupt !== undefined && m.ret === null) m.ret = m.at;
    let target = rule.go !== undefined ? rule.go : rule.interrupt;
    if (rule.resume) {
      const screen = screenOf(m), app = screen && objects(m.p.apps).find((a) => a.id === screen.app);
      if (app) m.last[app.id] = app.start; // a call that is over is not where its app opens next time
      target = m.ret || HOME;
      m.ret = null;
    }
    if (target !== undefined) enter(m, target, out);
    if (rule.end) m.ended = true;
  }

  /* The widget of the current screen, if it is shown, enabled and of one of these types. */
  function usable(m, id, types) {
    const widget = objects((screenOf(m) || {}).widgets).find((w) => w.id === id && id !== undefined);
    return widget && types.includes(widget.type) && holds(m, widget.show) && holds(m, widget.enabled) ? widget : null;
  }

  function answer(m, widget, value, memo, out) {
    m.memo[widget.id] = memo;
    if (widget.to !== undefined && value !== undefined) m.vars[widget.to] = value;
    const rule = first(m, widget.do);
    if (rule) fire(m, rule, out);
  }

  function planOption(m, action, type) {
    const widget = usable(m, action.w, [type]);
    const option = widget && objects(widget.options).find((o) => o.id === action.o && holds(m, o.show));
    if (!option) return null;
    const value = evaluate(m, option.value);
    return (out) => answer(m, widget, value, option.id, out);
  }

  const free = (m) => !(screenOf(m) || {}).modal;

  /* What an action would do here, or nothing where it is not possible. */
  const PLANS = {
    tap(m, action) {
      const widget = usable(m, action.w, ["button", "item", "bubble"]), rule = widget && first(m, widget.do);
      return rule && ((out) => fire(m, rule, out));
    },
    type(m, action) {
      const widget = typeof action.t === "string" && usable(m, action.w, ["input"]);
      if (!widget) return null;
      const value = clean(action.t, widget.kind, widget.max);
      return (out) => answer(m, widget, value, value, out);
    },
    choose(m, action) {
      const toggle = ["on", "off"].includes(action.o) && usable(m, action.w, ["toggle"]), on = action.o === "on";
      return toggle ? (out) => answer(m, toggle, on, on, out) : planOption(m, action, "choice");
    },
    scan: (m, action) => planOption(m, action, "scan"),
    open(m, action) {
      const app = objects(m.p.apps).find((a) => a.id === action.p);
      return app && holds(m, app.show) && free(m) && (screenOf(m) || {}).app !== app.id && ((out) => enter(m, m.last[app.id], out));
    },
    home: (m) => screenOf(m) && free(m) && ((out) => enter(m, HOME, out)),
    back: (m) => screenOf(m) && free(m) && ((out) => enter(m, screenOf(m).back || HOME, out)),
    notice: (m, action) => m.notices.includes(action.n) && free(m) && ((out) => {
      m.notices = m.notices.filter((id) => id !== action.n);
      enter(m, (own(m.p.notices, action.n) || {}).screen || HOME, out);
    }),
    wait: (m) => () => { m.waits += 1; },
    undo(m) {
      const kept = m.undo;
      return kept && (() => { Object.assign(m, kept); });
    },
    end: (m) => () => { m.ended = true; },
  };

  /* A phone that runs a payload. */
  function create(payload) {
    const p = isObject(payload) ? payload : {};
    const m = {
      p, at: HOME, ret: null, last: {}, vars: copy(p.vars), notices: [], memo: {}, // memo: what was answered, by widget
      waiting: objects(p.events), undo: null, steps: 0, waits: 0, ignored: 0, ended: false,
    };
    objects(p.apps).forEach((app) => { m.last[app.id] = app.start; });
    enter(m, p.start === undefined ? HOME : p.start, { toasts: [], before: null });
    return m;
  }

  /* Does one action. An action that is not possible changes nothing but the count of ignored actions. */
  function step(m, action) {
    const plan = !m.ended && own(PLANS, own(action, "a")), effect = plan && plan(m, action);
    const out = { accepted: Boolean(effect), toasts: [], before: remember(m) };
    if (effect) {
      m.steps += 1;
      m.undo = null;
      effect(out);
      m.waiting = m.waiting.filter((event) => {
        const rule = !m.ended && holds(m, event.when) ? first(m, event.do) : null;
        if (rule) fire(m, rule, out);
        return !rule;
      });
    } else m.ignored += 1;
    return { accepted: out.accepted, toasts: out.toasts };
  }

  /* The comparable state. */
  const snapshot = (m) => ({
    at: m.at, ret: m.ret, last: copy(m.last), vars: copy(m.vars), notices: m.notices.slice(),
    steps: m.steps, waits: m.waits, ignored: m.ignored, ended: m.ended, undo: m.undo !== null,
  });

  function viewWidget(m, w, i) {
    const value = w.to !== undefined ? own(m.vars, w.to) : own(m.memo, w.id);
    const on = (o) => (w.to !== undefined && o.value !== undefined ? evaluate(m, o.value) === value : own(m.memo, w.id) === o.id);
    const options = objects(w.options).filter((o) => holds(m, o.show)).map((o) => ({ id: o.id, text: resolve(m, o.text), on: on(o) }));
    const rules = objects(w.do).length > 0;
    const seen = Object.assign(copy(w), { key: String(w.id || i), enabled: holds(m, w.enabled), rules, value, options });
    ["text", "label", "sub", "meta", "alt"].forEach((name) => { if (w[name] !== undefined) seen[name] = resolve(m, w[name]); });
    return seen;
  }

  /* What is seen: the screen, its visible widgets with their texts, the notices, and in guided runs the coach's word. */
  function view(m) {
    const screen = screenOf(m) || {}, apps = objects(m.p.apps).filter((a) => holds(m, a.show));
    const app = objects(m.p.apps).find((a) => a.id === screen.app) || {};
    const coach = objects(m.at === HOME ? m.p.coach_home : screen.coach).find((c) => holds(m, c.when));
    return {
      at: m.at, home: m.at === HOME, title: resolve(m, screen.title), style: screen.style || "normal", modal: Boolean(screen.modal),
      kind: m.at === HOME ? HOME : app.kind, icon: app.icon, app: resolve(m, app.title), appId: app.id, undo: m.undo !== null,
      apps: apps.map((a) => ({ id: a.id, icon: a.icon, kind: a.kind, title: resolve(m, a.title) })),
      widgets: objects(screen.widgets).map((w, i) => (holds(m, w.show) ? viewWidget(m, w, i) : null)).filter(Boolean),
      notices: m.notices.map((id) => ({ id, text: resolve(m, (own(m.p.notices, id) || {}).text) })),
      coach: coach ? { say: resolve(m, coach.say), point: coach.point } : null,
    };
  }

  const engine = { create, step, view, snapshot, clean, cut, looksReal, exemptOf };
  if (typeof module === "object" && module.exports) module.exports = { engine };
  if (typeof window === "undefined") return;

  // ── View layer: `h` describes nodes, `patch` makes the page match and keeps nodes, and with them focus and caret ─────────────────

  const SVG = "http://www.w3.org/2000/svg";
  const flat = (kids) => kids.reduce((all, kid) => all.concat(Array.isArray(kid) ? flat(kid) : kid || kid === 0 ? [kid] : []), []);
  const h = (tag, attrs, ...kids) => ({ tag, attrs: attrs || {}, kids: flat(kids) });

  function make(kid, parent) {
    if (!isObject(kid)) return document.createTextNode(kid);
    return kid.tag === "svg" || parent.namespaceURI === SVG ? document.createElementNS(SVG, kid.tag) : document.createElement(kid.tag);
  }

  function patchAttributes(node, attrs) {
    const before = node.dskAttrs || {}, typing = node === document.activeElement;
    Object.keys(Object.assign({}, before, attrs)).filter((name) => name !== "key").forEach((name) => {
      const value = attrs[name], gone = value === null || value === undefined || value === false;
      if (name === "checked" || (name === "value" && !typing)) node[name] = value; // the person may have changed it in between
      else if (name === "value" || before[name] === value) return;
      else if (name.startsWith("on")) node[name] = value || null;
      else if (gone) node.removeAttribute(name);
      else node.setAttribute(name, value);
    });
    node.dskAttrs = attrs;
  }

  function patch(node, attrs, kids) {
    patchAttributes(node, attrs);
    const names = kids.map((kid, i) => (isObject(kid) ? kid.tag + (kid.attrs.key === undefined ? i : "#" + kid.attrs.key) : "text" + i));
    const old = {};
    Array.from(node.childNodes).forEach((child) => {
      if (names.includes(child.dskName)) old[child.dskName] = child; else node.removeChild(child);
    });
    let next = node.firstChild;
    kids.forEach((kid, i) => {
      const child = own(old, names[i]) || make(kid, node);
      child.dskName = names[i];
      if (child === next) next = next.nextSibling; else node.insertBefore(child, next);
      if (isObject(kid)) patch(child, kid.attrs, kid.kids); else if (child.data !== String(kid)) child.data = kid;
    });
  }

  // ── The server, the browser's memory, the skin ───────────────────────────────────────────────────────────────────────────────────

  const TIMEOUT = 20000, FIRST_RETRY = 2000, LAST_RETRY = 60000, NOT_FINAL = [401, 403, 408, 425, 429];
  const cookie = (name) => (("; " + document.cookie).split("; " + name + "=")[1] || "").split(";")[0];

  function read(response, words) {
    return response.text().then((text) => {
      let data = null;
      try { data = JSON.parse(text); } catch (error) { data = null; } // a login page, or an answer that broke off
      if (response.ok && isObject(data)) return data;
      const told = own(data, "error"), final = isObject(told) && response.status < 500 && !NOT_FINAL.includes(response.status);
      throw { message: own(told, "message") || words("error_answer"), final };
    });
  }

  /* POSTs JSON. Rejects with {message, final}: final means that sending the same again cannot help. */
  function post(url, body, words) {
    const control = typeof AbortController === "function" ? new AbortController() : {};
    const timer = setTimeout(() => control.abort && control.abort(), TIMEOUT);
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
    return fetch(url, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(body), signal: control.signal })
      .then((response) => read(response, words), () => { throw { message: words("offline"), final: false }; })
      .then((data) => { clearTimeout(timer); return data; }, (error) => { clearTimeout(timer); throw error; });
  }

  /* The browser's memory of one run of this user in this block; another user's is wiped unread. Play goes on without memory. */
  function memory(user, usage) {
    const tail = ":" + encodeURIComponent(usage), key = "digiskills:" + encodeURIComponent(user) + tail;
    const quietly = (work) => { try { return work(window.localStorage); } catch (error) { return null; } }; // full or forbidden
    const others = (store) => Object.keys(store).filter((k) => k.startsWith("digiskills:") && k.endsWith(tail) && k !== key);
    if (user) quietly((store) => others(store).forEach((k) => store.removeItem(k)));
    const size = "digiskills-size:" + encodeURIComponent(user);
    return {
      size: () => Number(user && quietly((store) => store.getItem(size))) || 0,
      resize: (n) => { if (user) quietly((store) => store.setItem(size, n)); },
      read: () => (user ? quietly((store) => JSON.parse(store.getItem(key))) : null),
      write: (run) => Boolean(user && quietly((store) => { store.setItem(key, JSON.stringify(run)); return true; })),
      clear: () => quietly((store) => store.removeItem(key)),
    };
  }

  const here = (document.currentScript && document.currentScript.src) || "";
  const fetched = {}, WAIT_FOR_LOOKS = 4000;
  let blocks = 0;

  /* Fetches a file of ours, a script or a style, once for the whole page; a failure is forgotten, so that it may be tried again. */
  function fetchFile(urls, name) {
    const url = own(urls, name) || here.replace(/player[^/]*$/, name), css = name.endsWith(".css");
    if (!own(fetched, url)) fetched[url] = new Promise((done, failed) => {
      const node = document.createElement(css ? "link" : "script");
      const lost = () => {
        delete fetched[url];
        node.remove();
        failed({ final: false });
      };
      document.head.appendChild(Object.assign(node, css ? { rel: "stylesheet", href: url } : { src: url }, { onload: done, onerror: lost }));
    });
    return fetched[url];
  }

  /* Looks are not worth a run: without them, or after a while, the phone is plain. */
  const fetchLooks = (urls, names) => Promise.race([
    Promise.all(names.map((name) => fetchFile(urls, name).catch(() => null))), new Promise((done) => setTimeout(done, WAIT_FOR_LOOKS)),
  ]);

  // ── The block on the page ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const lines = (text) => String(text).split("\n").filter(Boolean).map((line) => h("p", {}, line));
  const points = (milli) => Math.floor(milli / 10);
  const kit = { engine, h, own, list, lines, points, resolve, shown, MAX_ACTIONS, MAX_TYPED };

  class Player {
    constructor(runtime, element, init) {
      const given = own(init, "strings"), node = element.querySelector ? element : element[0];
      Object.assign(this, { runtime, element, init, id: "dsk" + (blocks += 1), stage: "start", task: own(init, "task") || {} });
      this.language = own(init, "language") || "vi";
      this.state = own(init, "state") || {};
      this.words = (key, values) => String(own(given, key) || key).replace(/\{(\w+)\}/g, (place, name) => String(own(values, name)));
      this.memory = memory(own(init, "user") || "", own(init, "usage") || "");
      this.root = (node.matches(".digiskills-practice") && node) || node.querySelector(".digiskills-practice") || node;
      this.root.classList.add("digiskills-practice");
      this.root.textContent = "";
      this.main = this.root.appendChild(document.createElement("div"));
      this.live = this.root.appendChild(document.createElement("p"));
      patch(this.live, { class: "unseen", role: "status", "aria-live": "polite" }, []);
      this.kept = this.recall();
      window.addEventListener("online", () => this.stage === "sending" && this.send());
      window.addEventListener("offline", () => this.say(this.words("offline")));
      // A half-typed text is taken before the page may go: a reload, another app, a call coming in.
      document.addEventListener("visibilitychange", () => this.stage === "run" && document.hidden && this.skin.flush(this));
      this.resize(this.memory.size());
      this.fetch("comfort.js").then(() => this.show({ comfort: window.DigiskillsComfort(kit, this) })).catch(() => null); // plain without
      if (this.kept && this.kept.done) this.send();
      else this.render();
    }

    say(text) { this.live.textContent = this.live.textContent === text ? text + "\u00a0" : text; }

    /* Asks a handler of the block; the answer comes once what shows it is there, too. */
    ask(name, body, shown) {
      const url = this.runtime.handlerUrl(this.element, name, "", "", own(this.init, "public")); // public: without the session
      return Promise.all([post(url, Object.assign({ language: this.language }, body), this.words), shown]).then((found) => found[0]);
    }

    /* Fetches what a run needs: the phone, and the looks of this task's kinds of apps. */
    dress() {
      const urls = own(this.init, "files"), looks = Object.keys(urls || {}).filter((name) => /^skins\/|^pictures/.test(name));
      return Promise.all([this.fetch("skin.js"), fetchLooks(urls, ["skin.css", "icons.js"].concat(looks))])
        .then(() => { this.skin = this.skin || window.DigiskillsSkin(kit); });
    }

    /* Fetches the page of results. */
    look() { return Promise.all([this.dress(), this.fetch("after.js")]).then(() => { this.after = window.DigiskillsAfter(kit, this.skin); }); }

    fetch(name) { return fetchFile(own(this.init, "files"), name).catch(() => { throw { message: this.words("offline"), final: false }; }); }

    /* A run kept by this browser, played again up to where it stopped; nothing if it cannot be read. */
    recall() {
      const kept = this.memory.read();
      if (!isObject(own(kept, "payload")) || !Array.isArray(kept.actions)) return null;
      this.machine = create(kept.payload);
      kept.actions.forEach((action) => step(this.machine, action));
      return kept;
    }

    begin(run) {
      if (this.busy) return;
      this.show({ busy: true, problem: null });
      this.say(this.words("loading"));
      this.ask("start", { run_kind: run, variant: this.variant }, this.dress()).then((reply) => {
        this.machine = create(reply.payload);
        this.kept = { run, attempt: reply.attempt, token: reply.token, payload: reply.payload, actions: [], done: false };
        this.state = reply.state || this.state;
        this.play();
      }).catch((error) => this.fail(error));
    }

    play() {
      const phone = { asking: false, switcher: false, snack: "", refused: null, draft: null, exempt: exemptOf(this.kept.payload) };
      this.informed = this.kept.actions.length > 0;
      this.safe = this.memory.write(this.kept);
      this.show(Object.assign(phone, { busy: false, problem: null, stage: "run", focus: "h3" }));
      if (this.machine.ended) this.finish();
    }

    fail(error) {
      this.show({ busy: false, problem: "final" in error ? error.message : this.words("error_answer"), focus: ".problem" });
      if (error.final) this.ask("state").then((reply) => this.show({ state: reply.state || this.state }), () => null);
    }

    /* Takes an action into the trace. */
    keep(action) {
      this.kept.actions.push(action);
      this.safe = this.memory.write(this.kept);
    }

    finish() {
      this.kept.done = true;
      this.safe = this.memory.write(this.kept);
      this.send();
    }

    /* Sends the finished run, again and again while the line is down, never twice at once; the server counts an attempt once. */
    send() {
      if (this.busy) return;
      clearTimeout(this.timer);
      this.show({ busy: true, problem: null, focus: this.stage === "sending" ? null : "h3", stage: "sending" });
      const kept = this.kept, body = kept.attempt ? { attempt: kept.attempt } : { token: kept.token };
      this.ask("submit", Object.assign(body, { trace: { schema: "trace/1", actions: kept.actions } }), this.look()).then((reply) => {
        this.memory.clear();
        Object.assign(this, { busy: false, kept: null, delay: 0, state: reply.state || this.state, feedback: reply.feedback || {} });
        this.done = kept.attempt ? { attempt: kept.attempt } : { token: reply.token };
        this.help = { attempt: kept.attempt, answer: null, problem: null };
        this.show({ stage: "result", focus: "h3" });
      }, (error) => {
        this.delay = Math.min(LAST_RETRY, this.delay ? this.delay * 2 : FIRST_RETRY);
        if (error.final) this.memory.clear();
        else this.timer = setTimeout(() => document.contains(this.root) && this.send(), this.delay);
        if (error.final) Object.assign(this, { stage: "start", kept: null });
        this.fail(error);
      });
    }

    /* Draws the stage; there is one method for each. */
    render() {
      const had = this.root.contains(document.activeElement), working = this.busy && this.stage !== "sending";
      const problem = this.problem && h("p", { class: "problem", role: "alert", tabindex: "-1", key: "problem" }, this.problem);
      const loading = working && h("p", { class: "loading", key: "busy" }, this.words("loading"));
      patch(this.main, { class: "stage" }, flat([this.comfort && this.comfort.tools(), problem, this[this.stage](), loading]));
      const lost = had && !this.root.contains(document.activeElement);
      const target = (this.focus || lost) && (this.root.querySelector(this.focus || ".screen h4") || this.root.querySelector("h3"));
      this.focus = null;
      if (target) target.focus();
      if (this.comfort) this.comfort.drawn();
    }

    show(changes) {
      Object.assign(this, changes);
      this.render();
    }

    resize(n) {
      [0, 1, 2].forEach((i) => this.root.classList.toggle("size-" + i, i === n));
      this.size = n;
    }

    listen(name, selector, brief) { return this.comfort && this.comfort.listen(name, selector, brief); }
    button(cls, kids, onclick, more) { return h("button", Object.assign({ type: "button", class: cls, onclick }, more), kids); }
    heading(text) { return h("h3", { tabindex: "-1", key: "heading" }, text); }

    /* Whether a scored run may be started, and if not, the word for why. */
    closed() {
      const s = this.state;
      return s.past_due ? "past_due" : s.limit_reached && own(s.open, "run_kind") !== "counted" ? "limit_reached" : null;
    }

    /* Whether the block has runs of this kind; a state that does not say so has both. */
    offers(run) { return [undefined, "both", run].includes(own(this.state, "runs")); }

    start() {
      const t = this.words, task = this.task, closed = this.closed(), lessons = list(task.lesson);
      if (!task.title) return [this.heading(t("empty"))];
      const pick = (cls, run, off) => this.button("pick " + cls,
        [h("b", { id: this.id + run }, t("start_" + run)), h("span", { id: this.id + run + "note" }, t(off || "start_" + run + "_note"))],
        () => (off ? this.say(t(off)) : this.begin(run)), { key: run, "aria-labelledby": this.id + run,
          "aria-describedby": this.id + run + "note", "aria-disabled": off || this.busy ? "true" : null });
      return [
        task.minutes && h("p", { class: "eyebrow" }, t("minutes", { n: task.minutes })),
        h("div", { class: "about-task", lang: this.language }, this.heading(task.title), h("p", { class: "lead" }, task.goal),
          task.why && h("p", { class: "why" }, task.why)), this.listen("listen_start", ".about-task"),
        lessons.length > 0 && h("details", { class: "lesson" }, h("summary", {}, t("lesson")), this.listen("listen_lesson", ".lesson div"),
          h("div", {}, lessons.map((page) => [h("h4", {}, page.title), lines(page.body)]))),
        this.kept && h("div", { class: "card", key: "kept" }, h("p", {}, t("kept_run")),
          this.button("primary", t("resume"), () => this.dress().then(() => this.play()).catch((error) => this.fail(error)))),
        h("div", { class: "picks" }, this.offers("guided") && pick("", "guided"), this.offers("counted") && pick("strong", "counted", closed)),
        list(task.variants).includes("nonvisual") && this.button("link", t("nonvisual"),
          () => this.show({ variant: this.variant ? null : "nonvisual" }), { key: "variant", "aria-pressed": String(Boolean(this.variant)) }),
        this.facts(),
      ];
    }

    facts() {
      const t = this.words, s = this.state, used = s.counted_used || 0;
      const form = { day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
      const date = s.due && new Date(s.due).toLocaleString(this.language, form);
      return h("ul", { class: "facts" },
        s.stored === false ? h("li", {}, t("not_stored"))
          : this.offers("counted") && h("li", {}, t(s.max_attempts ? "attempts" : "attempts_any", { used, max: s.max_attempts })),
        typeof s.best_score_milli === "number" && h("li", {}, t("best", { score: points(s.best_score_milli) })),
        date && h("li", {}, t("due", { date })));
    }

    sending() {
      const t = this.words, again = this.problem && this.button("primary", t("send_again"), () => this.send(), { key: "again" });
      const note = again ? (this.safe ? "unsent" : "unsent_unsafe") : "sending_note";
      return [this.heading(t("sending")), h("p", { class: again ? "card" : "loading" }, t(note)), again];
    }

    run() { return this.skin.run(this); }
    result() { return this.after.result(this); }
    guide() { return this.way.page(); }
  }

  /* The block's init function. It never throws: an error here would leave every later block of the page dead. */
  window.DigiskillsPractice = function (runtime, element, init) {
    try {
      return new Player(runtime, element, init);
    } catch (error) {
      window.console.error("digiskills", error);
      return null;
    }
  };
})();
