// A batch for the workers of a server: node served-batch.mjs http://127.0.0.1:8000 photos
import { Sam2Client } from "@sam2js/client";

const [, , baseUrl, folder] = process.argv;
const client = new Sam2Client({ baseUrl, token: process.env.SAM2_TOKEN });
const batch = await client.startBatch({ task: "generate", folder, pointsPerCrop: 8 });
console.log("to come back to it:", batch.id);
for await (const event of batch.events()) {
  if (event.type === "progress") console.log(`${event.done} of ${event.total}`);
  if (event.type === "done") console.log(`${event.state.done} done, ${event.state.failed} failed`);
}
const coco = JSON.parse(await (await batch.file("coco.json")).text());
console.log(`${coco.annotations.length} masks in ${coco.images.length} pictures`);
