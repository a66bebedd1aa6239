// The server encodes, this program decodes: readDecoder, encodeToBytes, readEmbedding. So a small machine uses the largest model.
import { openDecoderFile } from "@sam2js/checkpoint";
import { ImageEmbeddings, Sam2Model, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { bytesOf, connect } from "./client-setup.mjs";

const { client, close } = await connect();
const [{ name, fingerprint }] = await client.models();
const source = await openDecoderFile(await client.readDecoder(fingerprint));
const runtime = createNodeRuntime(); // or createWebRuntime
const model = await Sam2Model.fromPretrained(source, { runtime });
const processor = await Sam2Processor.fromPretrained(source, { runtime });
console.log("decoder of", name, (model.weightBytes / 1e6).toFixed(1), "MB");

const { id, bytes } = await client.encodeToBytes(await bytesOf("truck.jpg"), { precision: "f16" });
console.log("embedding", (bytes.length / 1e6).toFixed(1), "MB");
const embeddings = ImageEmbeddings.deserialize(bytes, model);
const prompts = [{ points: [[500, 375]], labels: [1] }];
const [here] = await segmentObjects({ model, processor }, embeddings, embeddings.picture.size, prompts);
const { objects } = await client.segment({ embedding: id }, { objects: [{ points: [[500, 375]] }] });
console.log("here", here.mask.area, "pixels, on the server", objects[0].masks[0].area);

// Later, or in another place, by its id alone.
console.log(
  "as a byte a number",
  ((await client.readEmbedding(id, { precision: "q8" })).length / 1e6).toFixed(1),
  "MB",
);
await runtime.dispose();
await close();
