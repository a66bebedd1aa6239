/**
 * What shards and a queue cost beside a bare loop: made-up pictures whose work is to wait as long as a small model computes. A bare loop, the same in shards,
 * and by a queue with 1, 2 and 3 workers take turns, so that a busy machine disturbs all of them alike. Prints the median and the range of
 * - what is lost of the bare loop's pace, from the first picture to the last,
 * - processor time for a picture beside the bare loop's,
 * - what a batch needs before its first picture and after its last, however large it is.
 *
 * Needs `redis-server`; build the package first.
 *
 * usage: node scripts/throughput.mjs [--entries 300] [--shards 6] [--ms 50] [--rounds 5]
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
    entries: { type: "string", default: "300" },
    shards: { type: "string", default: "6" },
    ms: { type: "string", default: "50" },
    rounds: { type: "string", default: "5" },
  },
});
const [count, shards, ms, rounds] = [values.entries, values.shards, values.ms, values.rounds].map(Number);
const mask = new Mask({ size: [48, 64], counts: [500, 20, 48 * 64 - 520] });
let [first, last] = [0, 0];
const engine = {
  prepare: async () => undefined,
  work: async () => {
    first ||= performance.now();
    await sleep(ms);
    last = performance.now();
    return { width: 64, height: 48, masks: [{ mask }] };
  },
  readBytes: async () => new Uint8Array(),
  encodePng: async () => new Uint8Array(),
};
const folder = mkdtempSync(join(tmpdir(), "sam2-throughput-"));
const redis = await startRedis({ folder });

const WAYS = [
  { name: "bare loop", workers: 1, run: bareLoop },
  { name: "in shards", workers: 1, run: inShards },
  ...[1, 2, 3].map((workers) => ({
    name: `queue, ${workers} ${workers === 1 ? "worker" : "workers"}`,
    workers,
    run: byQueue,
  })),
];
try {
  const measured = WAYS.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const at of WAYS.keys()) {
      const way = (at + round) % WAYS.length; // none is always the first
      measured[way].push(await measure(WAYS[way], `${way}-${round}`));
    }
  const [bare] = measured;
  console.log(`${count} pictures of ${ms} ms in ${shards} shards, ${rounds} times each\n`);
  console.log("way                    pictures/s  lost %               processor ms  start and end ms");
  for (const [at, { name, workers }] of WAYS.entries()) {
    const rows = measured[at];
    const lost = rows.map(({ seconds }, round) => 100 * (1 - bare[round].seconds / (workers * seconds)));
    const cpu = median(rows.map((row) => row.cpuMs)) - (at === 0 ? 0 : median(bare.map((row) => row.cpuMs)));
    const range = `${median(lost).toFixed(1)} (${Math.min(...lost).toFixed(1)} to ${Math.max(...lost).toFixed(1)})`;
    const pace = count / median(rows.map(({ seconds }) => seconds));
    console.log(
      `${name.padEnd(22)} ${pace.toFixed(2).padStart(10)}  ${range.padEnd(20)} ${`${at > 0 ? "+" : ""}${cpu.toFixed(2)}`.padStart(12)}  ${median(
        rows.map((row) => row.aroundMs),
      )
        .toFixed(0)
        .padStart(16)}`,
    );
  }
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure({ workers, run }, name) {
  const store = createFolderStore(join(folder, name));
  const entries = Array.from({ length: count }, (_, at) => ({ image: `/in/${at}.jpg`, name: `${at}.jpg` }));
  const plan = await writePlan(store, entries, { task: "wait", settings: {}, formats: ["coco"], shards });
  first = 0;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await run(store, plan, workers);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (last - first) / 1000;
  const cpuMs = (user + system) / 1000 / count;
  return { seconds, cpuMs, aroundMs: performance.now() - began - 1000 * seconds };
}

async function bareLoop() {
  for (let at = 0; at < count; at++) await engine.work();
}

async function inShards(store, plan) {
  for (let shard = 0; shard < shards; shard++) await runShard(store, plan, shard, engine);
}

async function byQueue(store, plan, workers) {
  const run = ({ shard }) => runShard(store, plan, shard, engine);
  const started = await Promise.all(
    Array.from({ length: workers }, () =>
      startQueueWorker(redis.url, { concurrency: 1, run, note: console.error }),
    ),
  );
  const signal = new AbortController().signal;
  const terms = { priority: 1, client: "me", attempts: 1 };
  await watchBatch(redis.url, store, plan, { ...terms, signal, onProgress: () => undefined });
  await Promise.all(started.map((worker) => worker.close()));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
