import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDecoderFile } from "@sam2js/checkpoint";
import { EmbeddingFolder } from "@sam2js/embedding-store";
import { ImageEmbeddings } from "@sam2js/embeddings";
import { decompressRle } from "@sam2js/masks";
import { AutoModelForMaskGeneration, segmentObjects } from "@sam2js/pipeline";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { photo, type RunningServer, readJson, startServer } from "./__fixtures__/start.js";

const bytes = photo("groceries.jpg");
const image = bytes.toString("base64");
const folder = mkdtempSync(join(tmpdir(), "sam2js-stored-"));
let running: RunningServer;
const start = () => startServer({ embeddings: folder, precision: "f32" });
const encodes = () => running.metric('sam2_encodes_total{model="nano"}');

beforeAll(async () => {
  running = await start();
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

it("everything in a picture is found on its embeddings, which are kept, also for another process", async () => {
  const ask = async (request: object) =>
    readJson(await running.call("/v1/generate", { json: { image, pointsPerCrop: 8, ...request } }));
  const first = await ask({});
  expect(first.masks.length).toBeGreaterThan(1);
  expect([await encodes(), readdirSync(folder).filter((name) => name.endsWith(".s2em")).length]).toEqual([
    1, 1,
  ]);
  expect((await ask({})).masks).toEqual(first.masks);
  const clicked = await readJson(
    await running.call("/v1/segment", { json: { image, objects: [{ points: [[480, 250]] }] } }),
  );
  expect([clicked.encoded, await encodes()]).toEqual([false, 1]);
  await running[Symbol.asyncDispose]();
  running = await start();
  expect((await ask({})).masks).toEqual(first.masks);
  expect((await ask({ cropsNLayers: 1 })).masks.length).toBeGreaterThanOrEqual(first.masks.length); // crops are encoded
  expect(await encodes()).toBe(0);
});

it("what comes out of the store is not said to have been encoded", async () => {
  await running[Symbol.asyncDispose]();
  running = await start();
  const posted = await readJson(await running.call("/v1/embeddings", { json: { image } }));
  expect([posted.encoded, await encodes()]).toEqual([false, 0]);
  const hits = (where: string) => running.metric(`sam2_embedding_hits_total{model="nano",where="${where}"}`);
  expect([await hits("store"), await hits("memory")]).toEqual([1, 0]);
  const again = await running.call("/v1/embeddings?include=bytes", {
    method: "POST",
    headers: { "content-type": "image/jpeg" },
    body: new Uint8Array(bytes),
  });
  expect([again.headers.get("x-encoded"), await hits("memory")]).toEqual(["false", 1]);
});

it("hands the decoder out, which answers elsewhere as the server does; once, and in parts", async () => {
  const { models } = await readJson(await running.call("/v1/models"));
  const path = `/v1/decoders/${models[0].fingerprint}`;
  const whole = await running.call(path);
  const decoder = await whole.blob();
  await using runtime = createNodeRuntime();
  const source = await openDecoderFile(decoder);
  const model = await AutoModelForMaskGeneration.fromPretrained(source, { runtime });
  const parts = { model, processor: await Sam2Processor.fromPretrained(source, { runtime }) };
  expect(model.hasEncoder).toBe(false);
  const asked = await readJson(
    await running.call("/v1/segment", { json: { image, objects: [{ points: [[480, 250]] }] } }),
  );
  const sent = await running.call(`/v1/embeddings/${asked.embedding}`);
  await using embeddings = ImageEmbeddings.deserialize(new Uint8Array(await sent.arrayBuffer()), model);
  const [found] = await segmentObjects(
    parts,
    embeddings,
    [534, 800],
    [{ points: [[480, 250]], labels: [1] }],
  );
  expect(found?.mask.counts).toEqual(decompressRle(asked.objects[0].masks[0].rle).counts);

  const etag = whole.headers.get("etag") ?? "";
  expect((await running.call(path, { headers: { "if-none-match": etag } })).status).toBe(304);
  const part = await running.call(path, { headers: { range: "bytes=0-7" } });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 8]);
  const unknown = await running.call(`/v1/decoders/${"0".repeat(64)}@1024`);
  expect([unknown.status, (await running.call("/v1/decoders/x")).status]).toEqual([404, 422]);
});

it("a folder has the decoder of each model that filled it, whole, once", async () => {
  const [engine] = running.server.services.engines.all;
  if (!engine) expect.unreachable();
  const store = await EmbeddingFolder.open(folder);
  const name = await store.keepDecoder(engine.loaded);
  expect(name).toBe(`decoder-${engine.loaded.model.fingerprint}.safetensors`);
  expect(await store.keepDecoder(engine.loaded)).toBe(name);
  expect((await openDecoderFile(new Blob([readFileSync(join(folder, name))]))).name).toBe("nano");
  expect(await store.ids()).toHaveLength(1);
});
