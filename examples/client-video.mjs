// A video on the server: openVideo, prompt, propagate, clear, remove, reset, save, close.
import { bytesOf, connect } from "./client-setup.mjs";

const { client, close } = await connect();
const frames = Array(4).fill(await bytesOf("truck.jpg"));
const video = await client.openVideo({ frames }); // or { video: file }, where `sam2 serve` reads video files
const { objects } = await video.prompt(0, [
  { id: "wheel", box: [425, 600, 700, 875] },
  { id: "truck", points: [[500, 375]] },
]);
for (const { id, area } of objects) console.log(id, area, "pixels");
for await (const { frame, objects } of video.propagate({ frames: 2 }))
  console.log("frame", frame, objects.length, "objects");

await video.prompt(1, [{ id: "wheel", points: [[560, 740]] }], { add: true }); // a correction
await video.clear("wheel", 1); // and back
await video.remove("truck");

const session = await video.save(); // prompts and memories as bytes, without pixels
await video.reset();
await video.close();
const again = await client.openVideo({ frames, session });
console.log("goes on with", again.info.objects);
await again.close();
await close();
