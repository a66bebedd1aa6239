/**
 * Runs every check of the project and prints `N passed, N failed` last.
 *
 * usage: node tooling/checks/src/main.mjs [NAME…]   only the checks whose name contains one of the NAMEs
 */
import { stages } from "./checks/index.mjs";

const wanted = process.argv.slice(2).filter((name) => name !== "--");
const isWanted = ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part));
const chosen = stages.map(({ lanes, ...stage }) => ({
  ...stage,
  lanes: lanes.map((lane) => lane.filter(isWanted)),
}));
/** Check → what came of it. */
const rows = new Map();

for (const { lanes } of chosen) {
  const left = lanes.map((lane) => [...lane]);
  await Promise.all(left.map((lane) => runLane(lane, left)));
}

/** @param all  the stage's lanes: this one takes the last checks of the others when it has none left */
async function runLane(lane, all) {
  for (;;) {
    const check = lane.shift() ?? all.find((other) => other.length > 0)?.pop();
    if (check === undefined) return;
    const row = await runCheck(check);
    rows.set(check, row);
    print(row);
  }
}

async function runCheck({ name, run }) {
  const started = Date.now();
  const lines = [];
  // Lanes speak at the same time: what a check says is printed when it ends.
  const say = (line) => lines.push(line);
  let result;
  try {
    result = await run({ say });
  } catch (error) {
    result = { failed: 1, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const seconds = (Date.now() - started) / 1000;
  return { name, lines, passed: 0, failed: 0, skipped: [], output: "", ...result, seconds };
}

function print({ name, lines, passed, failed, skipped, output, seconds }) {
  console.log(`\n== ${name}`);
  for (const line of lines) console.log(`   ${line}`);
  if (failed > 0) console.log(output.slice(-12_000));
  for (const title of skipped) console.log(`   skipped: ${title}`);
  const figures = `${passed} passed, ${failed} failed, ${skipped.length} skipped in ${seconds.toFixed(1)} s`;
  console.log(`   ${failed === 0 ? "ok" : "FAILED"}: ${figures}`);
}

const all = chosen.flatMap(({ lanes }) => lanes.flat()).map((check) => rows.get(check));
const sum = (key) => all.reduce((total, row) => total + row[key], 0);
const skipped = all.reduce((total, row) => total + row.skipped.length, 0);
const failing = all.filter((row) => row.failed > 0);
if (failing.length > 0) console.log(`\nfailing: ${failing.map((row) => row.name).join(", ")}`);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = sum("failed") > 0 || all.length === 0 ? 1 : 0;
