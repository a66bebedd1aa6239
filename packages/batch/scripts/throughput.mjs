/**
 * What shards and a queue cost: a bare loop over made-up pictures whose work is to wait, the same in shards, and by a queue with 1, 2 and 3 workers. Prints
 * pictures a second and what is lost beside the bare loop. Needs `redis-server`; build the package first.
 *
 * usage: node scripts/throughput.mjs [--entries 2000] [--shards 40] [--ms 20]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createFolderStore, runShard, writePlan } from "@sam2js/batch";
import { startQueueWorker, watchBatch } from "@sam2js/batch/queue";
import { Mask } from "@sam2js/masks";
import { startRedis } from "@sam2js/testing/redis";

const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "2000" },
    shards: { type: "string", default: "40" },
    ms: { type: "string", default: "20" },
  },
});
const [count, shards, ms] = [Number(values.entries), Number(values.shards), Number(values.ms)];
const mask = new Mask({ size: [48, 64], counts: [500, 20, 48 * 64 - 520] });
const engine = {
  prepare: async () => undefined,
  work: async () => {
    await sleep(ms);
    return { width: 64, height: 48, masks: [{ mask }] };
  },
  readBytes: async () => new Uint8Array(),
  encodePng: async () => new Uint8Array(),
};
const folder = mkdtempSync(join(tmpdir(), "sam2-throughput-"));
const redis = await startRedis({ folder });

try {
  const bare = await rate(async () => {
    for (let at = 0; at < count; at++) await engine.work();
  });
  console.log(`bare loop          ${bare.toFixed(2)} a second`);
  await report("in shards        ", 1, bare, async (store, plan) => {
    for (let shard = 0; shard < shards; shard++) await runShard(store, plan, shard, engine);
  });
  for (const workers of [1, 2, 3]) {
    await report(
      `queue, ${workers} ${workers === 1 ? "worker " : "workers"}  `,
      workers,
      bare,
      async (store, plan) => {
        const run = ({ shard }) => runShard(store, plan, shard, engine);
        const note = console.error;
        const started = await Promise.all(
          Array.from({ length: workers }, () => startQueueWorker(redis.url, { concurrency: 1, run, note })),
        );
        const signal = new AbortController().signal;
        await watchBatch(redis.url, store, plan, {
          priority: 1,
          client: "me",
          attempts: 1,
          signal,
          onProgress: () => undefined,
        });
        await Promise.all(started.map((worker) => worker.close()));
      },
    );
  }
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function report(name, workers, bare, work) {
  const store = createFolderStore(join(folder, name.trim()));
  const entries = Array.from({ length: count }, (_, at) => ({ image: `/in/${at}.jpg`, name: `${at}.jpg` }));
  const plan = await writePlan(store, entries, { task: "wait", settings: {}, formats: ["coco"], shards });
  const each = await rate(() => work(store, plan));
  const lost = 100 * (1 - each / (workers * bare));
  console.log(`${name}  ${each.toFixed(2)} a second, ${lost.toFixed(1)} % lost`);
}

async function rate(work) {
  const began = performance.now();
  await work();
  return (1000 * count) / (performance.now() - began);
}
