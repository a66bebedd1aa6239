import { availableParallelism } from "node:os";
import {
  BATCH_FORMATS,
  type BatchFormat,
  type BatchPlan,
  type BatchStore,
  type EntryEvent,
  mergeBatch,
  readPlan,
  type ShardReport,
  writePlan,
} from "@sam2js/batch";
import { InputError } from "@sam2js/core";
import { type Command, Option } from "commander";
import { openBatchInputs } from "../batch/batch-inputs.js";
import { BATCH_TASKS, type BatchSettings, type BatchTask } from "../batch/batch-settings.js";
import { concludeEntries } from "../batch/conclude.js";
import { type FleetSlice, fleetSlice, shardsOf } from "../batch/fleet-slice.js";
import { openStore } from "../batch/open-store.js";
import { runShards } from "../batch/run-shards.js";
import { ExitCode } from "../exit-code.js";
import {
  addGenerateOptions,
  type GenerateOptions,
  toGenerationOptions,
} from "../generate/generate-options.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { noteLeftOut } from "../io/note-left-out.js";
import { createProgress } from "../io/progress.js";
import { sourceOptions } from "../model/source-options.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { addModelOptions } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";
import { DEFAULT_FOLDER } from "../options/output-options.js";
import { parseFormats } from "../outputs/formats.js";
import { TRACK_FORMATS } from "../track/track-formats.js";

interface BatchCommandOptions extends ModelCommandOptions, GenerateOptions {
  readonly out: string;
  readonly task: BatchTask;
  readonly format: string;
  readonly boxes?: string;
  readonly shards?: number;
  readonly shard?: string;
  readonly processes?: number;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Inputs are files, folders, patterns and URLs of pictures, lists (.txt: a path or URL a line) and manifests (.jsonl):
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

Files written:
  coco      shards/00000.coco.json, …, coco.json     compressed run lengths, image ids by the order of the inputs
  rle       shards/00000.rle.jsonl, …, rle.jsonl     a line a picture; always written
  png       labels/00000/photo.png                   0 background, n for the n-th mask (255 to a file)
  tar       shards/00000.tar                         WebDataset: photo.jpg and photo.json
  failures.jsonl                                     what failed, and why
`;

/** `sam2 batch`: many pictures, in shards that any number of machines may do. */
export function batchCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("batch")
    .summary("segment very many images, on one machine or a fleet")
    .description(
      "Segments very many images or videos. Work is cut into shards that several processes and machines may do; results are the same whoever did them.",
    )
    .enablePositionalOptions()
    .argument("<inputs...>", "files, folders, patterns, URLs, lists or manifests")
    .addOption(new Option("--task <name>", "what is done with each").choices(BATCH_TASKS).default("generate"))
    .option("--boxes <path>", "boxes to segment: a COCO file, or a folder of YOLO labels")
    .option("-o, --out <folder>", "where results are written", DEFAULT_FOLDER)
    .option(
      "-f, --format <names>",
      `what to write: ${BATCH_FORMATS.join(", ")}; of videos ${TRACK_FORMATS.join(", ")}`,
      "coco",
    )
    .option("--shards <n>", "cut the work into n parts (default: of 250 images)", wholeNumber("--shards", 1))
    .option("--shard <i/n>", "do this machine's part of n, i from 0, and leave merging to the end")
    .option(
      "--processes <n>",
      "processes on this machine (default: one for 4 processors)",
      wholeNumber("--processes", 1),
    )
    .option("--resume", "keep what an earlier run has done")
    .option("--json", "print results as JSON");
  addGenerateOptions(addModelOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (inputs: string[], options: BatchCommandOptions) => {
      finish(await batch(inputs, options, io));
    });
  command
    .command("merge")
    .description("Joins the shards of a batch that several machines have done.")
    .argument("<folder>", "where its results are")
    .option("--partial", "join what is done, also where shards are missing")
    .option("--json", "print results as JSON")
    .action(async (out: string, { partial, json }: { partial?: boolean; json?: boolean }) => {
      const store = await openStore(out);
      const plan = await readPlan(store);
      if (!plan) throw InputError.expected(out, "a folder with a planned batch", "none", "check the path");
      finish(await merge(store, plan, { isPartial: partial === true, isJson: json === true }, io));
    });
}

async function batch(args: readonly string[], options: BatchCommandOptions, io: ConsoleIo): Promise<number> {
  const { out, shards, resume = false, json = false } = options;
  const slice = fleetSlice(options.shard, shards, process.env);
  await checkOutFolder(out);
  const store = await openStore(out);
  const plan = await planOf(store, args, options, slice, io);
  const mine = shardsOf(slice, plan.shards.length);
  const reports = await work(plan, mine, { ...options, isFresh: !resume && !slice }, io);
  if (!slice) return merge(store, plan, { isPartial: false, isJson: json }, io);
  const failed = reports.flatMap((report) => report.failed);
  if (json) io.out(JSON.stringify({ shards: mine, failed }));
  else
    io.out(
      `${mine.length} of ${plan.shards.length} shards are done; at the end of all: sam2 batch merge ${out}`,
    );
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
  const isVideo = task === "track";
  const formats: readonly BatchFormat[] = isVideo ? [] : parseFormats(options.format, BATCH_FORMATS);
  const settings = await settingsOf(options);
  const request = { task, settings: { ...settings }, formats, categories, shards };
  const plan = await writePlan(store, entries, request, io.signal);
  noteLeftOut(leftOut, io);
  return plan;
}

async function settingsOf(options: BatchCommandOptions): Promise<BatchSettings> {
  const { task, model, revision, dtype, imageSize, maxHoleArea, maxSprinkleArea } = options;
  const { config } = await sourceOptions(options);
  const settings: BatchSettings & Record<string, unknown> = {
    model,
    ...(config !== undefined && { config }),
    ...(revision !== undefined && { revision }),
    ...(dtype !== undefined && { dtype }),
    ...(imageSize !== undefined && { imageSize }),
    ...(task === "generate"
      ? { generation: toGenerationOptions(options, model) }
      : { maxHoleArea: maxHoleArea ?? 0, maxSprinkleArea: maxSprinkleArea ?? 0 }),
    ...(task === "track" && { videoFormats: parseFormats(options.format, TRACK_FORMATS) }),
  };
  return settings;
}

async function work(
  plan: BatchPlan,
  shards: readonly number[],
  options: BatchCommandOptions & { readonly isFresh: boolean },
  io: ConsoleIo,
): Promise<ShardReport[]> {
  const usable = availableParallelism();
  const { processes = Math.max(1, Math.floor(usable / 4)), isFresh, out, device, offline } = options;
  const threads =
    options.threads ?? (processes > 1 ? Math.max(1, Math.floor(usable / processes)) : undefined);
  const progress = createProgress(io, "batch", { rate: plan.task === "track" ? "videos/s" : "images/s" });
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
      worker: {
        ...(device && { device }),
        ...(offline && { offline }),
        ...(threads !== undefined && { threads }),
      },
      processes,
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

async function merge(
  store: BatchStore,
  plan: BatchPlan,
  { isPartial, isJson }: { readonly isPartial: boolean; readonly isJson: boolean },
  io: ConsoleIo,
): Promise<number> {
  const merged = await mergeBatch(store, plan, { isPartial, signal: io.signal });
  const { entries, masks, failed, files, missing } = merged;
  if (isJson) io.out(JSON.stringify(merged, undefined, 2));
  else {
    io.out(`${entries - failed.length} of ${entries} done, ${masks} masks`);
    if (missing.length > 0) io.note(`${missing.length} of ${plan.shards.length} shards are not done`);
    for (const file of files) io.out(`  wrote ${store.where}/${file}`);
  }
  const status = concludeEntries(failed, entries, io);
  return status === ExitCode.ok && missing.length > 0 ? ExitCode.partly : status;
}

function countOf(plan: BatchPlan, shards: readonly number[]): number {
  return shards.reduce((sum, shard) => sum + (plan.shards[shard]?.entries ?? 0), 0);
}
