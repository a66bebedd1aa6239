// A config with the reference's defaults, changed in one setting, and a model of it with random weights.
import { Sam2Config } from "@sam2js/core";
import { Sam2Model } from "@sam2js/pipeline";
import { createNodeRuntime } from "@sam2js/runtime-node";

const runtime = createNodeRuntime();
const config = Sam2Config.defaults().withImageSize(256);
const model = await Sam2Model.fromConfig(config, { runtime, seed: 1 });
console.log(`${model.config.imageSize}-pixel images, masks of ${model.maskSize.join(" x ")}`);
const files = await model.savePretrained(); // into a folder: savePretrained("my-model")
for (const { name, size } of files) console.log(`  ${name}: ${size} bytes`);
await runtime.dispose();
