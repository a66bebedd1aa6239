/**
 * Runs every check of the project and prints `N passed, N failed` last.
 *
 * usage: node tooling/checks/src/main.mjs [NAME…]   only the checks whose name contains one of the NAMEs
 */
import { checks } from "./checks/index.mjs";

const wanted = process.argv.slice(2).filter((name) => name !== "--");
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const rows = [];

for (const { name, run } of chosen) {
  const started = Date.now();
  console.log(`\n== ${name}`);
  let result;
  try {
    result = await run();
  } catch (error) {
    result = {
      passed: 0,
      failed: 1,
      output: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  const row = {
    name,
    passed: 0,
    failed: 0,
    skipped: [],
    output: "",
    ...result,
    seconds: (Date.now() - started) / 1000,
  };
  rows.push(row);
  if (row.failed > 0) console.log(row.output.slice(-12_000));
  for (const title of row.skipped) console.log(`   skipped: ${title}`);
  console.log(
    `   ${row.failed === 0 ? "ok" : "FAILED"}: ${row.passed} passed, ${row.failed} failed, ${row.skipped.length} skipped in ${row.seconds.toFixed(1)} s`,
  );
}

const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const skipped = rows.reduce((total, row) => total + row.skipped.length, 0);
const failing = rows.filter((row) => row.failed > 0);
if (failing.length > 0) console.log(`\nfailing: ${failing.map((row) => row.name).join(", ")}`);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = sum("failed") > 0 || rows.length === 0 ? 1 : 0;
