/**
 * Measures models on an evaluation set, see README.md.
 *
 * usage: node tooling/bench/src/evaluate/src/main.mjs --set FOLDER [NAME=MODEL…] [--json FILE] [--plot FILE.svg]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import nano from "@sam2js/nano";
import nanoQ8 from "@sam2js/nano/q8";
import { evaluate } from "./evaluate.mjs";
import { plot } from "./report/plot.mjs";
import { table } from "./report/table.mjs";

const { values, positionals } = parseArgs({
  options: { set: { type: "string" }, json: { type: "string" }, plot: { type: "string" } },
  allowPositionals: true,
});
if (!values.set) {
  console.error("usage: main.mjs --set FOLDER [NAME=MODEL…] [--json FILE] [--plot FILE.svg]");
  process.exit(2);
}
const named = positionals.map((text) => [
  text.slice(0, text.indexOf("=")),
  text.slice(text.indexOf("=") + 1),
]);
const models = named.length > 0 ? Object.fromEntries(named) : { nano, "nano, 8 bits": nanoQ8 };
const report = await evaluate(models, values.set, (message) => console.error(message));
console.log(table(report));
if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.plot) writeFileSync(values.plot, plot(report));
