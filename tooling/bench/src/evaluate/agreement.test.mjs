import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import nano from "@sam2js/nano";
import { expect, test } from "vitest";
import { evaluate } from "./evaluate.mjs";
import { plot } from "./report/plot.mjs";
import { table } from "./report/table.mjs";

const FOLDER = fileURLToPath(new URL("__fixtures__", import.meta.url));

// Expected figures: figures.json, written by `python -m nano_train evaluate --set` on the same folder and weights (transformers 5.23.0 on
// PyTorch 2.13.0). Tolerance 1e-3: a pixel of a mask whose logit is nearly 0 may change sides.
test("the figures are those of the Python evaluation, each within 1e-3", { timeout: 60_000 }, async () => {
  const expected = JSON.parse(readFileSync(`${FOLDER}/figures.json`, "utf8"));
  const report = await evaluate({ nano }, FOLDER);
  expect(Object.keys(report)).toEqual(Object.keys(expected));
  for (const [title, { nano: figures }] of Object.entries(expected)) {
    expect(Object.keys(report[title].nano).sort(), title).toEqual(Object.keys(figures).sort());
    for (const [name, value] of Object.entries(figures)) {
      expect(Math.abs(report[title].nano[name] - value), `${title}: ${name}`).toBeLessThanOrEqual(1e-3);
    }
  }
  expect(table(report)).toContain("| nano | 0.");
  expect(plot(report)).toMatch(/^<svg .*<\/svg>\n$/s);
});
