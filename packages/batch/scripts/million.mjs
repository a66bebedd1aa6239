/**
 * Plans a batch of very many made-up pictures, puts it into a queue, has it done by a worker with a stand-in for the model, and merges it. Each part is a
 * process of its own, whose time and largest memory are printed; Redis' own too. Needs `redis-server`; build the package first.
 *
 * usage: node scripts/million.mjs [--entries 1000000] [--shards 2000]
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createFolderStore, mergeBatch, readPlan, runShard, writePlan } from "@sam2js/batch";
import { startQueueWorker, watchBatch } from "@sam2js/batch/queue";
import { Mask } from "@sam2js/masks";
import { startRedis } from "@sam2js/testing/redis";
import { Redis } from "ioredis";

const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "1000000" },
    shards: { type: "string", default: "2000" },
    part: { type: "string" },
    out: { type: "string", default: "" },
    url: { type: "string", default: "" },
  },
});
const [entries, shards] = [Number(values.entries), Number(values.shards)];
const signal = new AbortController().signal;
const store = createFolderStore(values.out);

/** What a model would find: one round thing. */
const MASK = Mask.fromBitmap({
  type: "uint8",
  dims: [48, 64],
  data: Uint8Array.from({ length: 48 * 64 }, (_, at) =>
    Number(Math.hypot((at % 64) - 30, at / 64 - 24) < 12),
  ),
});
const ENGINE = {
  prepare: async () => undefined,
  work: async () => ({ width: 64, height: 48, masks: [{ mask: MASK }] }),
  readBytes: async () => new Uint8Array(),
  encodePng: async () => new Uint8Array(),
};

const PARTS = {
  plan: async () => {
    await writePlan(store, madeUp(), { task: "stand-in", settings: {}, formats: ["coco"], shards });
  },
  produce: async () => {
    const options = { priority: 10, client: "me", attempts: 5, signal, onProgress: () => undefined };
    await watchBatch(values.url, store, await readPlan(store), options);
  },
  work: async () => {
    const plan = await readPlan(store);
    const run = ({ shard }) => runShard(store, plan, shard, ENGINE);
    const worker = await startQueueWorker(values.url, { concurrency: 2, run, note: console.error });
    await new Promise((resolve) => process.once("message", resolve));
    await worker.close();
  },
  merge: async () => {
    await mergeBatch(store, await readPlan(store));
  },
};

if (values.part) {
  const began = Date.now();
  await PARTS[values.part]();
  const seconds = (Date.now() - began) / 1000;
  process.send({ seconds, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1e3) });
  process.disconnect();
} else await measure();

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "sam2-million-"));
  const out = join(folder, "out");
  const redis = await startRedis({ folder });
  const client = new Redis(redis.url);
  const part = (name) => start(name, ["--out", out, "--url", redis.url]);
  try {
    const figures = { entries, shards, plan: await part("plan").figures };
    const worker = part("work");
    figures.produce = await part("produce").figures;
    worker.child.send("end");
    figures.work = await worker.figures;
    const peak = /used_memory_peak:(\d+)/.exec(await client.info("memory"))?.[1];
    figures.redisPeakMegabytes = Math.round(Number(peak) / 1e6);
    figures.merge = await part("merge").figures;
    figures.mergedMegabytes = Math.round(statSync(join(out, "coco.json")).size / 1e6);
    console.log(JSON.stringify(figures, undefined, 1));
  } finally {
    client.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(name, args) {
  const file = fileURLToPath(import.meta.url);
  const sizes = ["--entries", String(entries), "--shards", String(shards)];
  const child = fork(file, ["--part", name, ...sizes, ...args]);
  const figures = new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new RangeError(`${name} ended with ${code}`)));
  });
  return { child, figures };
}

function* madeUp() {
  for (let at = 0; at < entries; at++) {
    const name = `photos/${String(at % 1000).padStart(3, "0")}/${String(at).padStart(7, "0")}.jpg`;
    yield { image: `/data/${name}`, name };
  }
}
