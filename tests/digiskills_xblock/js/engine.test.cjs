/* Rules of the browser's engine that need no server: totality, texts, the view, the exemptions. The vectors are run elsewhere. */
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const PLAYER = path.join(__dirname, "../../../digiskills_xblock/public/player.js");
const { engine } = require(PLAYER);

function payload(more) {
  return Object.assign({
    schema: "payload/1", start: "s001", waits: true, vars: { v0: 1250000, v1: "0123456789", v2: false, v3: "" },
    apps: [{ id: "aaaa", kind: "payment", icon: "wallet", title: "Ví", start: "s001" }],
    screens: {
      s001: {
        app: "aaaa", title: ["Số dư ", { v: "v0", f: "money" }], back: "home",
        coach: [{ when: { var: "v2" }, say: "Sau" }, { say: ["Có ", { v: "v0", f: "num" }], point: "w001" }],
        widgets: [
          { type: "button", id: "w001", text: "Gửi", enabled: { "!==": [{ var: "v3" }, ""] }, do: [{ set: { v2: true } }] },
          { type: "row", label: "Tài khoản", text: [{ v: "v1", f: "group" }] },
          { type: "text", text: "Ẩn", show: { var: "v2" } },
          { type: "input", id: "w002", label: "Tên", kind: "text", to: "v3" },
          { type: "input", id: "w003", label: "Ghi chú", kind: "text" },
        ],
      },
    },
    notices: {}, events: [],
  }, more);
}

test("the view resolves texts and leaves out what is not shown", () => {
  const machine = engine.create(payload()), seen = engine.view(machine);
  assert.equal(seen.title, "Số dư 1.250.000 đ");
  assert.deepEqual(seen.widgets.map((w) => w.key), ["w001", "1", "w002", "w003"]);
  assert.equal(seen.widgets[1].text, "0123 4567 89");
  assert.equal(seen.widgets[0].enabled, false);
  assert.deepEqual(seen.coach, { say: "Có 1.250.000", point: "w001" });
});

test("what was answered is shown again, with a variable or without, and undone with the rest", () => {
  const undoable = payload();
  undoable.screens.s001.widgets[4].do = [{ undo: true, toast: ["Đã ghi ", { v: "v0", f: "num" }] }];
  const machine = engine.create(undoable);
  engine.step(machine, { a: "type", w: "w002", t: " Lan " });
  assert.deepEqual(engine.step(machine, { a: "type", w: "w003", t: "một" }), { accepted: true, toasts: ["Đã ghi 1.250.000"] });
  const values = () => engine.view(machine).widgets.filter((w) => w.type === "input").map((w) => w.value);
  assert.deepEqual(values(), ["Lan", "một"]);
  engine.step(machine, { a: "undo" });
  assert.deepEqual(values(), ["Lan", undefined]);
});

test("numbers that the task shows may be typed, others that look real may not", () => {
  const exempt = engine.exemptOf(payload({ brief: "Mã khóa là 2580, thẻ 9704 0000 1111" }));
  assert.deepEqual(exempt.slice().sort(), ["0123456789", "1250000", "2580", "970400001111"]);
  assert.equal(engine.looksReal("0123 4567 89", "digits", exempt), false);
  assert.equal(engine.looksReal("0912345678", "digits", exempt), true);
  assert.equal(engine.cut("2580", "passcode", exempt), "2580");
  assert.equal(engine.cut("1111", "passcode", exempt), "••••");
  assert.equal(engine.looksReal("1111", "passcode", exempt), false, "a passcode is cut, not refused");
});

test("ids of the payload are not numbers that it shows", () => {
  assert.deepEqual(engine.exemptOf({ start: "1234", screens: { 5678: { app: "9012", widgets: [{ id: "3456", text: "x" }] } } }), []);
});

const RUBBISH = [undefined, null, 0, "", "home", [], [[]], {}, { a: {} }, { vars: 1 }, { vars: { __proto__: 1 } }, { screens: [] }, { screens: { x: null }, start: "x" },
  { start: "x", screens: { x: { app: {}, widgets: [null, 1, [], { id: {} }, { type: "input" }], enter: [{ go: "x", interrupt: "x", resume: true }] } } },
  { apps: [null, { id: "a" }], events: [null, { do: "x" }, { when: { nope: 1 }, do: [{ set: 5 }] }], notices: 7 },
  { start: "x", screens: { x: { app: "a", widgets: [{ type: "choice", id: "w", options: [null, { id: "o", value: { "+": ["a", {}] } }], to: "v" }] } } }];
const ACTIONS = [undefined, null, 5, "tap", [], {}, { a: null }, { a: "__proto__" }, { a: "constructor" }, { a: "tap" }, { a: "tap", w: null }, { a: "type", w: "w", t: 5 },
  { a: "type", w: "w", t: "\ud800" }, { a: "choose", w: "w", o: "o" }, { a: "choose", w: "w", o: "on" }, { a: "scan" }, { a: "open", p: "a" }, { a: "notice", n: "x" }, { a: "home" },
  { a: "back" }, { a: "wait" }, { a: "undo" }, { a: "end" }, { a: "wait" }];

test("no payload and no action makes the machine throw", () => {
  for (const rubbish of RUBBISH) {
    const machine = engine.create(rubbish);
    for (const action of ACTIONS) {
      engine.step(machine, action);
      engine.view(machine);
    }
    const end = engine.snapshot(machine);
    assert.equal(end.ended, true);
    assert.ok(end.steps >= 2 && end.steps + end.ignored === ACTIONS.length);
  }
});

test("inherited names are neither operators nor actions nor variables", () => {
  const machine = engine.create(payload({ start: "s002", screens: { s002: { app: "aaaa", title: "", widgets: [
    { type: "button", id: "w001", text: "", do: [{ when: { constructor: [1] } }, { when: { var: "toString" } }] }] } } }));
  assert.equal(engine.step(machine, { a: "tap", w: "w001" }).accepted, false);
  assert.equal(engine.step(machine, { a: "hasOwnProperty" }).accepted, false);
});

test("the init function never throws: a dead one would leave the page's later blocks dead", () => {
  const errors = [], window = { console: { error: (...all) => errors.push(all) }, addEventListener() {} };
  const context = vm.createContext({ window, document: {}, setTimeout, clearTimeout });
  vm.runInContext(fs.readFileSync(PLAYER, "utf8"), context);
  for (const args of [[], [null, null, null], [{}, [], {}], [{}, {}, { strings: 5 }]]) assert.equal(window.DigiskillsPractice(...args), null);
  assert.equal(errors.length, 4);
});

test("the scripts are classic: no modules, no define, no syntax younger than five-year-old phones", () => {
  for (const name of ["player.js", "skin.js"]) {
    const source = fs.readFileSync(path.join(path.dirname(PLAYER), name), "utf8");
    assert.doesNotThrow(() => new vm.Script(source));
    for (const young of [/\?\.[a-z[(]/, /\?\?/, /catch \{/, /[{,] *\.\.\.[a-z]+ *[},]/, /\.flat\(|\.flatMap\(|\.at\(|replaceAll|\.finally\(|Object\.fromEntries/, /^\s*(import|export) /m, /\bdefine\(/, /innerHTML|\beval\(/]) {
      assert.doesNotMatch(source, young, name);
    }
  }
});
