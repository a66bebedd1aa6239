import { hostname } from "node:os";
import {
  BATCH_FORMATS,
  type BatchFormat,
  type BatchPlan,
  type BatchStore,
  type EntryEvent,
  writePlan,
} from "@sam2js/batch";
import { PRECISIONS, type Precision } from "@sam2js/embeddings";
import { type Command, Option } from "commander";
import { addBatchCommands } from "../batch/batch-commands.js";
import { openBatchInputs } from "../batch/batch-inputs.js";
import { BATCH_TASKS, type BatchTask } from "../batch/batch-settings.js";
import { chooseMachine } from "../batch/choose-machine.js";
import { concludeEntries, mergeAndConclude } from "../batch/conclude.js";
import { costOf, costText, type MachinePrice, machinePrice } from "../batch/cost.js";
import { type FleetSlice, fleetSlice, shardsOf } from "../batch/fleet-slice.js";
import { openOutput, resolveOut } from "../batch/open-store.js";
import { runOnQueue } from "../batch/run-on-queue.js";
import { runShards } from "../batch/run-shards.js";
import { toBatchSettings } from "../batch/to-batch-settings.js";
import { ExitCode } from "../exit-code.js";
import {
  addGenerateOptions,
  type GenerateOptions,
  toGenerationOptions,
} from "../generate/generate-options.js";
import type { ConsoleIo } from "../io/console-io.js";
import { noteLeftOut } from "../io/note-left-out.js";
import { createProgress } from "../io/progress.js";
import { sourceOptions } from "../model/source-options.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { addModelOptions } from "../options/model-options.js";
import { numberWithin, wholeNumber } from "../options/numbers.js";
import { DEFAULT_FOLDER } from "../options/output-options.js";
import { parseFormats } from "../outputs/formats.js";
import { TRACK_FORMATS } from "../track/track-formats.js";

interface BatchCommandOptions extends ModelCommandOptions, GenerateOptions {
  readonly out: string;
  readonly task: BatchTask;
  readonly format: string;
  readonly precision: Precision;
  readonly boxes?: string;
  readonly shards?: number;
  readonly shard?: string;
  readonly processes?: number;
  readonly resume?: boolean;
  readonly queue?: string;
  readonly priority: number;
  readonly attempts: number;
  readonly client?: string;
  readonly rate?: number;
  readonly costPerHour?: MachinePrice;
  readonly json?: boolean;
}

const EXAMPLES = `
Inputs are files, folders, patterns and URLs of pictures, prefixes of buckets (s3://bucket/photos/), lists (.txt: a path or URL a line) and manifests (.jsonl):
  {"image": "a.jpg", "objects": [{"id": "cup", "points": [[520, 310]], "labels": [1]}]}
  {"image": "clip.mp4", "objects": [{"frame": 0, "id": "boy", "points": [[210, 350]]}]}       for --task track

Examples:
  $ sam2 batch photos --out results
        everything in every picture: results/coco.json
  $ sam2 batch photos --task segment --boxes detections.json --out results
        a mask for every box of a COCO file; --boxes labels takes a folder of YOLO labels
  $ sam2 batch manifest.jsonl --task segment --out results --format coco,png,tar --resume
        goes on after anything: Ctrl-C, kill -9, a full disk
  $ sam2 batch photos --out /shared/results --shards 400 --shard 3/8
        this machine's part of 8; Kubernetes' Indexed Jobs and Slurm's arrays are known by their environment
  $ sam2 batch merge /shared/results
        one coco.json, when all have ended
  $ sam2 batch photos --out /shared/results --queue redis://host:6379
        done by everyone who runs sam2 worker --queue redis://host:6379

Files written:
  coco      shards/00000.coco.json, …, coco.json     compressed run lengths, image ids by the order of the inputs
  rle       shards/00000.rle.jsonl, …, rle.jsonl     a line a picture; always written
  png       labels/00000/photo.png                   0 background, n for the n-th mask (255 to a file)
  tar       shards/00000.tar                         WebDataset: photo.jpg and photo.json
  --task encode: embeddings/ID.s2em, for sam2 serve --embeddings
  failures.jsonl                                     what failed, and why
`;

/** `sam2 batch`: many pictures, in shards that any number of machines may do. */
export function batchCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("batch")
    .description(
      "Segments very many images or videos. Work is cut into shards that several processes and machines may do; results are the same whoever did them.",
    )
    .enablePositionalOptions()
    .argument("<inputs...>", "files, folders, patterns, URLs, lists or manifests")
    .addOption(new Option("--task <name>", "what is done with each").choices(BATCH_TASKS).default("generate"))
    .option("--boxes <path>", "boxes to segment: a COCO file, or a folder of YOLO labels")
    .option(
      "-o, --out <folder>",
      "where results are written: a folder, or s3://bucket/prefix",
      DEFAULT_FOLDER,
    )
    .option(
      "-f, --format <names>",
      `what to write: ${BATCH_FORMATS.join(", ")}; of videos ${TRACK_FORMATS.join(", ")}`,
      "coco",
    )
    .addOption(
      new Option("--precision <name>", "with --task encode: f32 is exact, f16 takes half of it, q8 a quarter")
        .choices([...PRECISIONS])
        .default("f16"),
    )
    .option("--shards <n>", "cut the work into n parts (default: of 250 images)", wholeNumber("--shards", 1))
    .option("--shard <i/n>", "do this machine's part of n, i from 0, and leave merging to the end")
    .option(
      "--processes <n>",
      "processes on this machine (default: what is fastest here, measured once; of few images one for 4 processors)",
      wholeNumber("--processes", 1, 256),
    )
    .option("--resume", "keep what an earlier run has done")
    .option("--queue <url>", "let sam2 worker do it, by Redis or Valkey: redis://host:6379")
    .option(
      "--priority <n>",
      "with --queue: 1 to 15, the lowest is done first",
      wholeNumber("--priority", 1),
      10,
    )
    .option(
      "--attempts <n>",
      "with --queue: tries of a shard before it is given up",
      wholeNumber("--attempts", 1),
      5,
    )
    .option(
      "--client <name>",
      "with --queue: who takes turns with others of this priority (default: user@host)",
    )
    .option(
      "--rate <n>",
      "at most so many images a second, by all processes and workers together",
      numberWithin("--rate", 0.001, Number.POSITIVE_INFINITY),
    )
    .option(
      "--cost-per-hour <price>",
      "tell the cost so far: what a machine costs, such as 0.40EUR",
      machinePrice,
    )
    .option("--json", "print results as JSON");
  addGenerateOptions(addModelOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (inputs: string[], options: BatchCommandOptions) => {
      finish(await batch(inputs, options, io));
    });
  addBatchCommands(command, io, finish);
}

async function batch(args: readonly string[], options: BatchCommandOptions, io: ConsoleIo): Promise<number> {
  const { shards, resume = false, json = false, queue, priority, attempts, rate } = options;
  const { client = clientName(), costPerHour: price } = options;
  const out = queue === undefined ? options.out : resolveOut(options.out);
  const slice = queue === undefined ? fleetSlice(options.shard, shards, process.env) : undefined;
  const store = await openOutput(out);
  const plan = await planOf(store, args, options, slice, io);
  if (queue !== undefined) {
    const terms = { priority, client, attempts, rate, price, isJson: json };
    return runOnQueue(queue, store, plan, terms, io);
  }
  const spent = stopwatch();
  const mine = shardsOf(slice, plan.shards.length);
  const { reports, broken } = await work(plan, mine, { ...options, isFresh: !resume && !slice, spent }, io);
  for (const { message } of broken) io.note(`sam2: ${message}`);
  if (broken.length > 0) return ExitCode.failed;
  const cost = price && costOf(spent(), price);
  if (!slice) return mergeAndConclude(store, plan, { isJson: json, cost }, io);
  const failed = reports.flatMap((report) => report.failed);
  if (json) io.out(JSON.stringify({ shards: mine, failed, ...(cost && { cost }) }));
  else {
    io.out(
      `${mine.length} of ${plan.shards.length} shards are done; at the end of all: sam2 batch merge ${out}`,
    );
    if (cost) io.out(`cost: ${costText(cost)}`);
  }
  return concludeEntries(failed, countOf(plan, mine), io);
}

async function planOf(
  store: BatchStore,
  args: readonly string[],
  options: BatchCommandOptions,
  slice: FleetSlice | undefined,
  io: ConsoleIo,
): Promise<BatchPlan> {
  const { task, shards = slice?.count, boxes } = options;
  const { entries, categories, leftOut } = await openBatchInputs(args, boxes);
  const isMasks = task === "generate" || task === "segment";
  const formats: readonly BatchFormat[] = isMasks ? parseFormats(options.format, BATCH_FORMATS) : [];
  const settings = await settingsOf(options);
  const request = { task, settings: { ...settings }, formats, categories, shards };
  const plan = await writePlan(store, entries, request, io.signal);
  noteLeftOut(leftOut, io);
  return plan;
}

async function settingsOf(options: BatchCommandOptions): Promise<Readonly<Record<string, unknown>>> {
  const { task, model, revision, dtype, imageSize, maxHoleArea, maxSprinkleArea, precision } = options;
  const { config } = await sourceOptions(options);
  const work = {
    task,
    model: { name: model, revision, dtype, imageSize },
    generation: toGenerationOptions(options, model),
    precision,
    maxHoleArea,
    maxSprinkleArea,
    videoFormats: [options.format],
  };
  return toBatchSettings(work, config);
}

async function work(
  plan: BatchPlan,
  shards: readonly number[],
  options: BatchCommandOptions & { readonly isFresh: boolean; readonly spent: () => number },
  io: ConsoleIo,
): ReturnType<typeof runShards> {
  const { isFresh, out, rate, spent, costPerHour: price } = options;
  const { note, signal } = io;
  const { processes, worker } = await chooseMachine(options, plan, {
    entries: countOf(plan, shards),
    note,
    signal,
  });
  const progress = createProgress(io, "batch", {
    rate: plan.task === "track" ? "videos/s" : "images/s",
    more: () => (price ? `, ${costText(costOf(spent(), price))}` : ""),
  });
  let total = countOf(plan, shards);
  let done = 0;
  const onEntry = ({ state }: EntryEvent) => {
    if (state === "kept") total -= 1;
    else if (state !== "begun") done += 1;
    progress.onProgress({ phase: plan.task, done, total, unit: "items" });
  };
  try {
    return await runShards(shards, {
      out,
      worker,
      processes,
      rate,
      isFresh,
      signal: io.signal,
      note: (text) => {
        progress.clear();
        io.note(text);
      },
      onEntry,
    });
  } finally {
    progress.stop();
  }
}

function countOf(plan: BatchPlan, shards: readonly number[]): number {
  return shards.reduce((sum, shard) => sum + (plan.shards[shard]?.entries ?? 0), 0);
}

/** Who a batch is of, unless it is said: in containers names of users are all alike. */
function clientName(): string {
  return `${process.env.USER ?? process.env.USERNAME ?? process.getuid?.() ?? "somebody"}@${hostname()}`;
}

/** @returns ms since it was started */
function stopwatch(): () => number {
  const began = performance.now();
  return () => performance.now() - began;
}
