// Every object of a picture, best score first.
import { drawOverlay } from "@sam2js/masks";
import { pipeline } from "@sam2js/pipeline";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { picture, source } from "./setup.mjs";
import { save } from "./show.mjs";

const runtime = createNodeRuntime();
const generator = await pipeline("mask-generation", source, { runtime });
const { masks, scores } = await generator(picture("truck.jpg"), { pointsPerCrop: 16, pointsPerBatch: 64 });
console.log(`${masks.length} masks`);
for (const [i, mask] of masks.slice(0, 5).entries()) {
  console.log(`  score ${scores[i].toFixed(2)}, ${mask.area} pixels, box ${mask.box.join(" ")}`);
}
await save(runtime, "mask-generation", [drawOverlay(await runtime.decodeImage(picture("truck.jpg")), masks)]);
await runtime.dispose();
