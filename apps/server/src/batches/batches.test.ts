import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, readPlan, runShard } from "@sam2js/batch";
import { type QueueWorkerOptions, startQueueWorker } from "@sam2js/batch/queue";
import { ImageError } from "@sam2js/core";
import { Mask } from "@sam2js/masks";
import { hasRedis, startRedis } from "@sam2js/testing/redis";
import { describe, expect, it, onTestFinished } from "vitest";
import { type RunningServer, readJson, startServer } from "../__fixtures__/start.js";

const [ANN, BEN] = ["a".repeat(32), "b".repeat(32)] as const;
const asBen = { headers: { authorization: `Bearer ${BEN}` } };
const events = { accept: "text/event-stream" };

const ENGINE = {
  prepare: async () => undefined,
  work: async ({ name }: { readonly name: string }) => {
    if (name.startsWith("bad")) throw new ImageError(`${name}: is no picture`);
    return { width: 4, height: 2, masks: [{ mask: new Mask({ size: [2, 4], counts: [0, 4, 4] }) }] };
  },
  readBytes: async () => new Uint8Array(),
  encodePng: async () => new Uint8Array(),
};

interface Place {
  readonly folder: string;
  readonly url: string;
  start(): Promise<RunningServer>;
  /** A worker that does shards with a stand-in for a model. */
  work(before?: () => Promise<unknown>): Promise<void>;
}

async function prepare(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "sam2js-batches-"));
  const redis = await startRedis({ folder });
  onTestFinished(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, "photos", "trip"), { recursive: true });
  for (const name of ["1.jpg", "2.jpg", "notes.doc"]) writeFileSync(join(folder, "photos", "trip", name), "");
  return {
    folder,
    url: redis.url,
    async start() {
      const [out, source] = [join(folder, "out"), join(folder, "photos")];
      const settingsOf = (work: object) => ({ ...work });
      const running = await startServer({
        tokens: [ANN, BEN],
        batches: { queue: redis.url, out, source, settingsOf },
      });
      onTestFinished(() => running[Symbol.asyncDispose]());
      return running;
    },
    async work(before = async () => undefined) {
      const run: QueueWorkerOptions["run"] = async ({ out, shard }, { signal }) => {
        await Promise.race([before(), new Promise((_, reject) => signal.addEventListener("abort", reject))]);
        const store = await openStore(out);
        const plan = await readPlan(store);
        if (!plan) throw new RangeError("no plan");
        return runShard(store, plan, shard, ENGINE);
      };
      const worker = await startQueueWorker(redis.url, { concurrency: 1, note: () => undefined, run });
      onTestFinished(() => worker.close());
    },
  };
}

interface Told {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at as they come
  readonly data: any;
}

/** Events until the end of the stream, or until `enough`. */
async function read(response: Response, enough: (told: Told) => boolean = () => false): Promise<Told[]> {
  const seen: Told[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, id = "", event, data = ""] =
        /^id: (\S+)\nevent: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (!event) continue;
      seen.push({ id, event, data: JSON.parse(data) });
      if (enough(seen.at(-1) as Told)) return seen;
    }
  }
  return seen;
}

const title = hasRedis ? "/v1/batches" : "/v1/batches (not tested: no redis-server on this machine)";

describe.skipIf(!hasRedis)(title, () => {
  it("is done by workers, tells of it, and has the files", async () => {
    const place = await prepare();
    const running = await place.start();
    await place.work();
    const images = ["1.jpg", "2.jpg", "bad.jpg"].map((name) => ({ image: `trip/${name}`, name }));
    const json = { task: "segment", images: images.map((each) => ({ ...each, objects: [] })), shards: 2 };
    const response = await running.call("/v1/batches", { json, headers: events });
    const location = response.headers.get("location") ?? "";
    const told = await read(response);
    expect(told.filter(({ event }) => event === "shard")).toHaveLength(2);
    expect(told.at(-1)).toMatchObject({
      event: "done",
      data: {
        state: "done",
        total: 3,
        done: 3,
        failed: 1,
        masks: 2,
        files: ["coco.json", "rle.jsonl", "failures.jsonl"],
      },
    });
    const state = await readJson(await running.call(location));
    expect(state).toEqual(told.at(-1)?.data);
    expect(state.failures).toEqual([expect.objectContaining({ name: "bad.jpg", code: "INVALID_IMAGE" })]);
    const coco = await readJson(await running.call(`${location}/file?name=coco.json`));
    expect(coco.annotations).toHaveLength(2);
    for (const name of ["plan.json", "shards/../plan.json", "labels/none.png"])
      expect((await running.call(`${location}/file?name=${name}`)).status).toBeGreaterThanOrEqual(404);
  });

  it("goes on after any event, and after a restart of the server", async () => {
    const place = await prepare();
    const first = await place.start();
    let free: () => void = () => undefined;
    const isFree = new Promise<void>((resolve) => {
      free = resolve;
    });
    let count = 0;
    await place.work(() => (count++ === 0 ? Promise.resolve() : isFree));
    const json = { task: "generate", folder: "trip", shards: 2 };
    const response = await first.call("/v1/batches", { json });
    expect([response.status, await readJson(response)]).toEqual([
      202,
      expect.objectContaining({ state: "running", total: 2 }),
    ]);
    const location = response.headers.get("location") ?? "";
    const begun = await read(await first.call(`${location}/events`), ({ event }) => event === "shard");
    const last = begun.at(-1)?.id ?? "";
    await first[Symbol.asyncDispose](); // no event of an end: the batch goes on

    const second = await place.start();
    const again = second.call(`${location}/events`, { headers: { "last-event-id": last } });
    const seen = await read(await again, ({ event }) => event === "shard");
    expect(seen.at(-1)?.data).toEqual(begun.at(-1)?.data); // another process tells again
    const rest = second.call(`${location}/events`, { headers: { "last-event-id": seen.at(-1)?.id ?? "" } });
    free();
    const ended = await read(await rest);
    expect(ended.filter(({ event }) => event === "shard").map(({ data }) => data.shard)).toEqual([1]);
    expect(ended.at(-1)).toMatchObject({ event: "done", data: { done: 2, masks: 2 } });
    await second[Symbol.asyncDispose]();

    const third = await place.start(); // what has ended is known to all
    expect(await readJson(await third.call(location))).toMatchObject({ state: "done", done: 2 });
  });

  it("is nobody else's, and is cancelled by its tenant", async () => {
    const place = await prepare();
    const running = await place.start();
    await place.work(() => new Promise(() => undefined));
    const response = await running.call("/v1/batches", {
      json: { task: "encode", folder: "trip", shards: 2 },
    });
    const location = response.headers.get("location") ?? "";
    for (const path of [location, `${location}/events`, `${location}/file?name=coco.json`])
      expect((await running.call(path, asBen)).status, path).toBe(404);
    expect((await running.call(location, { method: "DELETE", ...asBen })).status).toBe(404);
    const following = running.call(`${location}/events`).then((answer) => read(answer));
    expect((await running.call(location, { method: "DELETE" })).status).toBe(204);
    expect((await following).at(-1)).toMatchObject({ event: "problem", data: { detail: /cancelled/ } });
    expect(await readJson(await running.call(location))).toMatchObject({ state: "cancelled" });
  });

  it("reads nothing outside its source, and asks no other host", async () => {
    const place = await prepare();
    const running = await place.start();
    const outside = [
      "../secret.jpg",
      "/etc/passwd",
      "http://169.254.169.254/",
      "s3://other/a.jpg",
      "a/../../b.jpg",
      "a\\b",
    ];
    for (const image of outside) {
      const { status } = await running.call("/v1/batches", {
        json: { task: "generate", images: [{ image }] },
      });
      expect(status, image).toBe(422);
    }
    const wrong = [
      { task: "generate", folder: ".." },
      { task: "generate" },
      { task: "generate", folder: "trip", images: [{ image: "a.jpg" }] },
      { task: "segment", images: [{ image: "a.jpg", objects: [{ mask: "/etc/passwd" }] }] },
      { task: "generate", folder: "trip", formats: ["mp4"] },
    ];
    for (const json of wrong) expect((await running.call("/v1/batches", { json })).status).toBe(422);
    expect((await running.call("/v1/batches", { json: { task: "generate", folder: "none" } })).status).toBe(
      404,
    );
  });
});

it("is 404 where there is no queue", async () => {
  await using running = await startServer();
  const json = { task: "generate", folder: "a" };
  const response = await running.call("/v1/batches", { json });
  expect([response.status, (await readJson(response)).detail]).toEqual([
    404,
    expect.stringMatching(/--queue/),
  ]);
});
