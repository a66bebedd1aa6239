/**
 * Reads videos of which one to four bytes were changed, as `sam2 track` does: each must give frames or a typed error in bounded time.
 *
 * usage: node scripts/mutate-videos.mjs [COUNT=10000] [FIRST_SEED=0]   after a build
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { videoFrames } from "../dist/track/video-frames.js";
import { mutated } from "../src/track/__fixtures__/mutate.mjs";

const FIXTURES = fileURLToPath(new URL("../src/track/__fixtures__/", import.meta.url));
const TYPED = ["INVALID_IMAGE", "UNSUPPORTED"];
/** As patient as the tests, so that a file without end costs seconds. */
const STALLED_MS = 4000;

const [count = 10_000, firstSeed = 0] = process.argv.slice(2).map(Number);
const names = readdirSync(FIXTURES).filter((name) => /\.(mp4|mov|mkv|webm|m2ts)$/.test(name));
const folder = mkdtempSync(join(tmpdir(), "sam2-mutated-"));
const outcomes = new Map();
let [slowest, largest] = [0, 0];

// The memory of the process that reads, which may be gone a moment later.
setInterval(() => {
  for (const pid of children()) largest = Math.max(largest, peakOf(pid));
}, 100).unref();

for (const name of names) {
  const outcome = await outcomeOf(join(FIXTURES, name));
  const wanted = name.startsWith("full-range") ? "typed" : "read";
  if (outcome !== wanted)
    throw new TypeError(`${name} as it is: expected ${wanted}, got ${outcome}; build first`);
}

for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  const name = names[seed % names.length];
  const path = join(folder, name);
  writeFileSync(path, mutated(readFileSync(join(FIXTURES, name)), seed));
  const start = performance.now();
  const outcome = await outcomeOf(path);
  slowest = Math.max(slowest, performance.now() - start);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (outcome !== "read" && !outcome.startsWith("typed")) console.log(`seed ${seed}, ${name}: ${outcome}`);
  if ((seed + 1) % 500 === 0)
    console.log(`${seed + 1 - firstSeed} of ${count}`, Object.fromEntries(outcomes));
}
rmSync(folder, { recursive: true });
console.log(Object.fromEntries(outcomes));
console.log(
  `slowest ${(slowest / 1000).toFixed(1)} s, a reading process at most ${(largest / 1e6).toFixed(0)} MB`,
);

async function outcomeOf(path) {
  const { signal } = new AbortController();
  try {
    const video = await videoFrames(path, signal, { stalledMs: STALLED_MS });
    try {
      for (let frame = 0; frame < Math.min(video.length, 12); frame++) await video.get(frame);
      return "read";
    } finally {
      await video.close();
    }
  } catch (error) {
    if (!TYPED.includes(error?.code)) return `untyped: ${error}`;
    if (/no progress/.test(error.message)) return "typed, by the watchdog";
    return /ended its process/.test(error.message) ? "typed, its process ended" : "typed";
  }
}

/** Processes that this one has started (Linux). */
function children() {
  const list = `/proc/${process.pid}/task/${process.pid}/children`;
  return existsSync(list) ? readFileSync(list, "utf8").split(" ").filter(Boolean) : [];
}

/** The most memory that a process has had, in bytes; 0 where it is gone. */
function peakOf(pid) {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
