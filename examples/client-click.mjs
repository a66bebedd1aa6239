// Clicks on pictures of a server: isReady, models, encode, segment, forget.
import { bytesOf, connect } from "./client-setup.mjs";

const { client, close } = await connect();
console.log("ready", await client.isReady());
for (const { name, imageSize } of await client.models()) console.log("model", name, imageSize);

// Encoded once; its id stands for the picture from then on.
const image = await bytesOf("truck.jpg");
const { id, size, encoded } = await client.encode(image);
console.log("picture of", size, encoded ? "encoded now" : "was there");

const objects = [{ id: "truck", points: [[500, 375]] }];
const byId = await client.segment({ embedding: id }, { objects });
console.log("by id", byId.objects[0].masks[0].box);

// Several objects, every kind of prompt, and masks as polygons rather than run lengths.
const prompts = [
  { id: "box", box: [75, 275, 1725, 850] },
  {
    id: "wheel",
    points: [
      [560, 740],
      [700, 500],
    ],
    labels: [1, 0],
  },
  { id: "refined", mask: byId.objects[0].masks[0].rle, points: [[1125, 625]] },
];
const { objects: found } = await client.segment(
  { image },
  { objects: prompts, output: "polygons", tolerance: 2 },
);
for (const { id, masks } of found)
  console.log(id, masks[0].score.toFixed(2), masks[0].polygons.length, "polygons");

await client.forget(id);
await close();
