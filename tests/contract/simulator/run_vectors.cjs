/* Runs payloads through the browser's machine. One JSON object a line in, one out:
 *   {"payload", "actions"} → {"snapshots": [initial, after each action], "accepted": [bool]}
 *   {"texts": [{"text", "kind", "max"?, "exempt"?}]} → {"texts": [{"clean", "cut", "real"}]}
 */
"use strict";
const path = require("node:path");
const readline = require("node:readline");
const { engine } = require(path.join(__dirname, "../../../digiskills_xblock/public/player.js"));

function play(payload, actions) {
  const machine = engine.create(payload), snapshots = [engine.snapshot(machine)], accepted = [];
  for (const action of actions) {
    accepted.push(engine.step(machine, action).accepted);
    engine.view(machine); // what is drawn must not change what is
    snapshots.push(engine.snapshot(machine));
  }
  return { snapshots, accepted };
}

const treat = ({ text, kind, max, exempt = [] }) => ({
  clean: engine.clean(text, kind, max), cut: engine.cut(text, kind, exempt), real: engine.looksReal(text, kind, exempt),
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const job = JSON.parse(line);
  process.stdout.write(JSON.stringify(job.texts ? { texts: job.texts.map(treat) } : play(job.payload, job.actions)) + "\n");
});
