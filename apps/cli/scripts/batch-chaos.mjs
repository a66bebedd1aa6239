/**
 * Does a batch twice: undisturbed on this machine, and by a queue under attack. The script kills workers every few seconds and stops one for longer than its
 * lock. It kills Redis once, starts it again from its append-only file, and lets it answer nobody for a while. Then every file has to be the same. Prints what happened.
 *
 * usage: node scripts/batch-chaos.mjs [--pictures 2000] [--shards 40] [--kill-seconds 4] [--lock-seconds 3] [--freeze-seconds 20]
 */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startRedis } from "@sam2js/testing/redis";
import sharp from "sharp";

const { values } = parseArgs({
  options: {
    pictures: { type: "string", default: "2000" },
    shards: { type: "string", default: "40" },
    "kill-seconds": { type: "string", default: "4" },
    "lock-seconds": { type: "string", default: "3" },
    "freeze-seconds": { type: "string", default: "20" },
  },
});
const [pictures, shards, killSeconds, lockSeconds, freezeSeconds] = [
  "pictures",
  "shards",
  "kill-seconds",
  "lock-seconds",
  "freeze-seconds",
].map((name) => Number(values[name]));
const WORKERS = 3;
/** Sums of floating-point numbers depend on how many threads share them, in the last digit of a score. */
const SAME = ["--processes", "1", "--threads", "1"];
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sam2-chaos-"));
const counts = { kills: 0, stops: 0, restarts: 0, freezes: 0, fullDisks: 0 };
/** A disk of its own for one worker, which is full. */
const FULL_DISK =
  'mount -t tmpfs -o size=4k tmpfs queue/journal && { cat /dev/zero > queue/journal/full; exec "$@"; }';
const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
const running = new Set();
let redis;

try {
  await makePictures();
  redis = await startRedis({ folder });
  const { url: queue, port } = redis;

  const alone = await timed(() => sam2(batchArgs("alone")));
  mkdirSync(join(folder, "queue", "journal"), { recursive: true });
  const workers = Array.from({ length: WORKERS }, (_, at) => startWorker(queue, at));
  let isOver = false;
  const chaos = async () => {
    for (let turn = 1; !isOver; turn++) {
      // On a fast machine a part of the work is done sooner than that, and the rest should not be done before all has happened.
      // On a slow one something should be done between two turns.
      const [until, before] = [Date.now() + 1000 * killSeconds, workDone()];
      while (!isOver && Date.now() < until && shardsDone() < (turn * shards) / 8) await sleep(50);
      while (!isOver && workDone() === before) await sleep(50);
      if (isOver) return;
      if (turn === 2) {
        await redis.stop();
        await sleep(1000);
        redis = await startRedis({ folder, port });
        counts.restarts += 1;
      } else if (turn === 3) {
        workers[0].kill("SIGSTOP");
        counts.stops += 1;
        await sleep(3000 * lockSeconds);
        workers[0].kill("SIGCONT");
      } else if (turn === 5) {
        await redis.freeze(1000 * freezeSeconds);
        counts.freezes += 1;
      } else {
        const at = turn % WORKERS;
        workers[at].kill("SIGKILL");
        counts.kills += 1;
        workers[at] = startWorker(queue, at);
      }
    }
  };
  const disturbing = chaos();
  const disturbed = await timed(() => sam2([...batchArgs("queue"), "--queue", queue]));
  isOver = true;
  await disturbing;
  const status = JSON.parse(await sam2(["batch", "status", "--queue", queue, "--json"]));
  const ends = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
  for (const worker of workers) worker.kill("SIGTERM");
  const exits = await Promise.all(ends);

  const images = JSON.parse(readFileSync(join(folder, "queue", "coco.json"), "utf8")).images;
  const once = new Set(images.map(({ id }) => id)).size;
  const differing = differences(results("alone"), results("queue"));
  const figures = {
    pictures,
    shards,
    ...counts,
    aloneSeconds: alone,
    queueSeconds: disturbed,
    inMergedFile: images.length,
    differentInMergedFile: once,
    deadLetters: status.queue.failed,
    leftInQueue: status.queue.waiting + status.queue.active + status.queue.delayed,
    workersEndedWith: exits,
    differingFiles: differing,
  };
  console.log(JSON.stringify(figures, undefined, 1));
  const isRight =
    images.length === pictures &&
    once === pictures &&
    differing.length === 0 &&
    status.queue.failed === 0 &&
    (!canMount || counts.fullDisks > 0);
  process.exitCode = isRight && exits.every((code) => code === 0) ? 0 : 1;
} finally {
  for (const child of running) child.kill("SIGKILL");
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function makePictures() {
  mkdirSync(join(folder, "in"));
  const lines = [];
  for (let at = 0; at < pictures; at++) {
    const blob = `<svg width="64" height="48"><rect width="64" height="48" fill="hsl(${(37 * at) % 360} 40% 30%)"/><circle cx="${16 + (at % 32)}" cy="${16 + (at % 17)}" r="${8 + (at % 7)}" fill="hsl(${(91 * at) % 360} 90% 70%)"/></svg>`;
    await sharp(Buffer.from(blob))
      .png()
      .toFile(join(folder, "in", `${at}.png`));
    const box = [8 + (at % 32), 8 + (at % 17), 24 + (at % 32), 24 + (at % 17)];
    lines.push(JSON.stringify({ image: `in/${at}.png`, objects: [{ id: "blob", box }] }));
  }
  writeFileSync(join(folder, "list.jsonl"), `${lines.join("\n")}\n`);
}

function batchArgs(out) {
  return [
    "batch",
    "list.jsonl",
    "--task",
    "segment",
    "--out",
    out,
    "--shards",
    String(shards),
    "--format",
    "coco,png",
    ...SAME,
  ];
}

/** The last one has the full disk. */
function startWorker(queue, at) {
  const command = [
    process.execPath,
    MAIN,
    "worker",
    "--queue",
    queue,
    "--lock-seconds",
    String(lockSeconds),
    ...SAME,
  ];
  const isFull = canMount && at === WORKERS - 1;
  const [program, ...args] = isFull ? ["unshare", "-m", "sh", "-c", FULL_DISK, "sh", ...command] : command;
  const worker = start(program, args, isFull ? "pipe" : "ignore");
  worker.stderr?.setEncoding("utf8").on("data", (text) => {
    counts.fullDisks += text.split("this worker rests").length - 1;
  });
  return worker;
}

function start(command, args, stderr = "inherit") {
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", stderr] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

async function sam2(args) {
  const child = start(process.execPath, [MAIN, ...args]);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    text += piece;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new RangeError(`sam2 ${args.slice(0, 2).join(" ")} ended with ${code}`);
  return text;
}

async function timed(work) {
  const began = Date.now();
  await work();
  return (Date.now() - began) / 1000;
}

/** All result files; what killed processes left half written is no result. */
function results(out) {
  const names = readdirSync(join(folder, out), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, out).length + 1))
    .filter((name) => !name.startsWith("journal"));
  return new Map(names.map((name) => [name, readFileSync(join(folder, out, name), "latin1")]));
}

function shardsDone() {
  const names = existsSync(join(folder, "queue", "shards"))
    ? readdirSync(join(folder, "queue", "shards"))
    : [];
  return names.filter((name) => name.endsWith(".done.json")).length;
}

/** Changes with each picture that is done. */
function workDone() {
  const journal = join(folder, "queue", "journal");
  const files = readdirSync(journal, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const sizes = files.map(
    ({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false })?.size,
  );
  return `${shardsDone()} ${sizes}`;
}

function differences(a, b) {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}
