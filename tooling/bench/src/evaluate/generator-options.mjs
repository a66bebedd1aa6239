/**
 * Objects found by "segment everything" with the generator's own options, see README.md.
 *
 * usage: node tooling/bench/src/evaluate/src/generator-options.mjs --set FOLDER [MODEL]
 */
import { parseArgs } from "node:util";
import nano from "@sam2js/nano";
import { AutoModelForMaskGeneration, MaskGenerator } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { measureEverything } from "./measure/everything.mjs";
import { readSet } from "./read-set.mjs";

const VARIANTS = {
  "16 x 16 clicks": { pointsPerCrop: 16 },
  "32 x 32 clicks": { pointsPerCrop: 32 },
  "16 x 16, useM2m": { pointsPerCrop: 16, useM2m: true },
  "16 x 16, cropsNLayers 1": { pointsPerCrop: 16, cropsNLayers: 1 },
  "32 x 32, useM2m": { pointsPerCrop: 32, useM2m: true },
  "16 x 16, cropsNLayers 1, useM2m": { pointsPerCrop: 16, cropsNLayers: 1, useM2m: true },
};
const SETTINGS = { "0.88, 0.95": [0.88, 0.95], "0.7, 0.85": [0.7, 0.85] };

const { values, positionals } = parseArgs({ options: { set: { type: "string" } }, allowPositionals: true });
if (!values.set) {
  console.error("usage: generator-options.mjs --set FOLDER [MODEL]");
  process.exit(2);
}
const runtime = createNodeRuntime();
const options = { runtime, onWarning: () => undefined };
const reference = positionals[0] ?? nano;
const model = await AutoModelForMaskGeneration.fromPretrained(reference, options);
const processor = await Sam2Processor.fromPretrained(reference, { runtime });
const generator = new MaskGenerator({ model, processor });
const set = readSet(values.set, runtime);
console.log("| options | found at 0.88, 0.95 | at 0.7, 0.85 | masks a scene |\n| --- | --- | --- | --- |");
for (const [name, variant] of Object.entries(VARIANTS)) {
  const figures = await measureEverything(generator, set.everything(), variant, SETTINGS);
  const [strict, loose, few, many] = Object.values(figures);
  console.log(
    `| ${name} | ${(strict * 100).toFixed(0)} % | ${(loose * 100).toFixed(0)} % | ${few.toFixed(1)}, ${many.toFixed(1)} |`,
  );
}
await model.dispose();
await runtime.dispose();
