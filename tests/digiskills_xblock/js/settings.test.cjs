/* Which tasks the author's list offers while audience and school level are being chosen. */
"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const path = require("node:path");

const { choices } = require(path.join(__dirname, "../../../digiskills_xblock/public/settings.js"));
const menu = {
  tasks: { A: "A – Ca", B: "B – Cb", C: "C – Cc" },
  suits: { citizen: ["A"], student: ["B", "C"], "student/CB1": ["B"] },
  unsuited: "%(task)s (no)",
};
const ids = (found) => found.map(([id]) => id);

test("those that suit the audience, or the audience at its level", () => {
  assert.deepEqual(choices(menu, "citizen", "", "A"), [["A", "A – Ca"]]);
  assert.deepEqual(ids(choices(menu, "student", "", "B")), ["B", "C"]);
  assert.deepEqual(ids(choices(menu, "student", "CB1", "B")), ["B"]);
});

test("a level that means nothing to an audience changes nothing", () => {
  assert.deepEqual(ids(choices(menu, "citizen", "CB1", "A")), ["A"]);
});

test("what is chosen stays chosen, and is marked where it does not suit", () => {
  assert.deepEqual(choices(menu, "student", "CB1", "C"), [["C", "C – Cc (no)"], ["B", "B – Cb"]]);
});

test("an unknown audience and an unknown task are offered nothing", () => {
  assert.deepEqual(choices(menu, "nobody", "", "Z"), []);
  assert.deepEqual(choices(menu, "constructor", "", "toString"), []);
});
