import { fork } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { availableParallelism, cpus, homedir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BatchPlan } from "@sam2js/batch";
import { writeFileWhole } from "@sam2js/runtime-node";
import type { ModelCommandOptions } from "../model/with-model.js";
import type { MeasureNews, MeasureOptions } from "./measure-messages.js";
import { modelOptions } from "./model-options.js";
import { type MachineChoice, type MachineOptions, machineOptions } from "./process-count.js";

const PROCESS = fileURLToPath(new URL("./measure-process.js", import.meta.url));
/** Fewer pictures are done before measuring pays. */
const LEAST_ENTRIES = 300;
/** Each way is measured so long, or for one picture. */
const MEASURE_MS = 2000;
/** More processes need more memory, so they have to be faster by so much. */
const GAIN = 1.05;
/** Share of the memory that processes may take. */
const MEMORY_SHARE = 0.7;

/** So many processes of so many threads each. */
interface Split {
  readonly processes: number;
  readonly threads: number;
}

/** How a batch is computed on this machine, and what chose it. */
export interface ChooseOptions {
  /** Entries of the plan that this machine does at most. */
  readonly entries: number;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * How many processes with how many threads are fastest for a batch's model on this machine. It is measured once for a machine and a model, with a made-up
 * picture, and remembered in the user's cache. What the user gave counts; small batches, videos and other devices than processors are not measured.
 */
export async function chooseMachine(
  options: MachineOptions,
  plan: BatchPlan,
  { entries, note, signal }: ChooseOptions,
): Promise<MachineChoice> {
  const usual = machineOptions(options);
  const isGiven = options.processes !== undefined || options.threads !== undefined;
  const { device = "auto" } = options;
  if (isGiven || !["auto", "cpu"].includes(device) || plan.task === "track" || entries < LEAST_ENTRIES)
    return usual;
  const cores = availableParallelism();
  if (cores === 1) return usual;
  const model = modelOptions(plan, options);
  const [file, key] = [cacheFile(), keyOf(model, cores)];
  const known = await readCache(file);
  let split = known[key];
  if (!split) {
    note(
      "measuring once which processes and threads are fastest here (--processes and --threads say it instead)",
    );
    split = await fastest(splitsOf(cores), (each) => measure(each, model, signal));
    await mkdir(dirname(file), { recursive: true })
      .then(() => writeFileWhole(file, `${JSON.stringify({ ...known, [key]: split }, undefined, 1)}\n`))
      .catch(() => undefined); // it is measured again the next time
  }
  note(`${split.processes} processes with ${split.threads} threads each`);
  return machineOptions({ ...options, ...split });
}

/** From one process with all threads to one thread each. */
export function splitsOf(cores: number): Split[] {
  const splits: Split[] = [];
  for (let processes = 1; processes < cores; processes *= 2)
    splits.push({ processes, threads: Math.floor(cores / processes) });
  return [...splits, { processes: cores, threads: 1 }];
}

/** The split with the highest rate; one that is not worth its processes, or would need too much memory, is passed over. */
export async function fastest(
  splits: readonly Split[],
  rateOf: (split: Split) => Promise<{ readonly perSecond: number; readonly memoryBytes: number }>,
): Promise<Split> {
  let [best, bestRate, memoryBytes] = [splits[0] as Split, 0, 0];
  for (const split of splits) {
    if (split.processes * memoryBytes > MEMORY_SHARE * totalmem()) break;
    const measured = await rateOf(split);
    memoryBytes = measured.memoryBytes;
    if (measured.perSecond > GAIN * bestRate) [best, bestRate] = [split, measured.perSecond];
  }
  return best;
}

async function measure(
  { processes, threads }: Split,
  model: ModelCommandOptions,
  signal: AbortSignal,
): Promise<{ perSecond: number; memoryBytes: number }> {
  const options: MeasureOptions = { model: { ...model, threads }, measureMs: MEASURE_MS };
  const children = Array.from({ length: processes }, () =>
    fork(PROCESS, [JSON.stringify(options)], { stdio: ["ignore", "ignore", "ignore", "ipc"], signal }),
  );
  for (const child of children) child.on("error", () => undefined); // it ends, see below
  const next = () =>
    Promise.all(
      children.map(
        (child) =>
          new Promise<MeasureNews | undefined>((resolve) => {
            child.once("message", resolve as (news: unknown) => void).once("exit", () => resolve(undefined));
          }),
      ),
    );
  const ready = await next();
  signal.throwIfAborted();
  let [perSecond, memoryBytes] = [0, 0];
  for (const news of ready) if (news?.kind === "ready") memoryBytes = Math.max(memoryBytes, news.memoryBytes);
  const rates = next();
  for (const child of children) if (child.connected) child.send("go");
  for (const news of await rates) if (news?.kind === "rate") perSecond += news.perSecond;
  for (const child of children) child.kill();
  signal.throwIfAborted();
  return { perSecond, memoryBytes };
}

function keyOf({ model, revision, config, dtype, imageSize }: ModelCommandOptions, cores: number): string {
  const machine = `${cpus()[0]?.model.trim()} x ${cores}`;
  return JSON.stringify(
    [machine, model, revision, config, dtype, imageSize].filter((each) => each !== undefined),
  );
}

function cacheFile(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sam2js", "machine.json");
}

async function readCache(file: string): Promise<Record<string, Split | undefined>> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return {}; // none yet
  }
}
