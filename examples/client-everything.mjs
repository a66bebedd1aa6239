// Everything in a picture: generate, generateStream.
import { bytesOf, connect } from "./client-setup.mjs";

const { client, close } = await connect();
const image = await bytesOf("groceries.jpg");
const { masks, size } = await client.generate(image, { pointsPerCrop: 8 });
console.log(masks.length, "masks of a picture of", size);

// As they are found. Leaving the loop early, or aborting the signal, ends the work.
const signal = AbortSignal.timeout(60_000);
for await (const event of client.generateStream(
  image,
  { pointsPerCrop: 8, output: "polygons" },
  { signal },
)) {
  if (event.type === "found") console.log("found", event.mask.box);
  if (event.type === "done") console.log(event.result.masks.length, "are left without duplicates");
}
await close();
