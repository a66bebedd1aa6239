// Every object of a picture, best score first.
import nano from "@sam2js/nano";
import { pipeline } from "@sam2js/pipeline";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { picture } from "./setup.mjs";

const runtime = createNodeRuntime();
const generator = await pipeline("mask-generation", process.env.SAM2JS_MODEL ?? nano, { runtime });
const { masks, scores } = await generator(picture("truck.jpg"), { pointsPerCrop: 16 });
console.log(`${masks.length} masks`);
for (const [i, mask] of masks.slice(0, 5).entries()) {
  console.log(`  score ${scores[i].toFixed(2)}, ${mask.area} pixels, box ${mask.box.join(" ")}`);
}
await runtime.dispose();
