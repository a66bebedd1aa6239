import { saveFiles } from "@sam2js/checkpoint";
import {
  type Dtype,
  InputError,
  parseImageModelConfig,
  parseVideoModelConfig,
  type SavedFile,
  UnsupportedError,
} from "@sam2js/core";
import {
  type ExportLayout,
  type ExportOptions,
  type ExportVideoOptions,
  exportGraphs,
  exportVideoGraphs,
  isIgnoredByImages,
  isVisionWeight,
  sam2Weights,
  unsuitedDtypes,
  videoWeights,
} from "@sam2js/graph";
import { type Command, Option } from "commander";
import { ExitCode } from "../exit-code.js";
import { filesWithData, wholeFile } from "../export/onnx-files.js";
import { transformersNames, transformersSettings } from "../export/transformers-files.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { assumedFor, type SourceCommandOptions } from "../model/source-options.js";
import { type OpenedCheckpoint, sized, withCheckpoint } from "../model/with-checkpoint.js";
import { addOneSourceOptions, imageSizeOption, MODEL } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";

interface ExportCommandOptions
  extends SourceCommandOptions,
    Omit<ExportOptions, "multimask" | "layout">,
    ExportVideoOptions {
  readonly out: string;
  readonly layout: ExportLayout;
  readonly video?: boolean;
  readonly externalData?: boolean;
  readonly singleMask?: boolean;
  readonly dtype: Dtype;
  readonly imageSize?: number;
}

const HELP = `
Layouts:
  two-file         encoder.onnx and decoder.onnx, for annotation tools and samexporter's readers
  transformers.js  onnx/vision_encoder.onnx, onnx/prompt_encoder_mask_decoder.onnx and three .json files
  own              the graphs that sam2 runs itself, one file each

Examples:
  $ sam2 export facebook/sam2.1-hiera-tiny --out onnx
  $ sam2 export facebook/sam2.1-hiera-tiny --out models/tiny --layout transformers.js --dtype q8
  $ sam2 export tuned.pt --out onnx --external-data --dtype fp16
  $ sam2 export facebook/sam2.1-hiera-tiny --out onnx --layout own --video --attention fused

Read such a folder again with: sam2 segment photo.jpg --model onnx --point 500,375
`;

/** `sam2 export`: a model as ONNX files. */
export function exportCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("export")
    .description(
      "Writes a model as ONNX files that need nothing else: an image encoder, which runs once for each picture, and a decoder, which turns clicks and boxes into masks.",
    )
    .argument("<model>", MODEL)
    .requiredOption("-o, --out <folder>", "where they are written")
    .addOption(
      new Option("--layout <name>", "who is to load the files, see below")
        .choices(["two-file", "transformers.js", "own"])
        .default("two-file"),
    )
    .option(
      "--video",
      "the graphs of tracking, too: memory attention, memory encoder, video decoders; the model has to be one for videos",
    )
    .option("--external-data", "weights in a file of their own beside each graph; needed above 2 GB")
    .addOption(
      new Option("--dtype <name>", "numbers of the image encoder; inputs and outputs stay fp32")
        .choices(["fp32", "fp16", "q8"])
        .default("fp32"),
    )
    .addOption(
      new Option(
        "--attention <form>",
        "plain: every engine has it; fused: ONNX Runtime's own operator; onnx: ONNX's operator of opset 23",
      )
        .choices(["plain", "fused", "onnx"])
        .default("plain"),
    )
    .addOption(
      new Option("--opset <n>", "version of ONNX's operators, 17 to 23 (default: 20)").argParser(
        wholeNumber("--opset", 1),
      ),
    )
    .addOption(countOption("--prompts <n>", "a fixed number of prompts in a run"))
    .addOption(countOption("--points <n>", "a fixed number of points in a prompt"))
    .addOption(countOption("--memories <n>", "with --video, a fixed number of remembered frames in a run"))
    .addOption(countOption("--pointers <n>", "with --video, a fixed number of object pointers in a run"))
    .option("--single-mask", "one mask for a clear prompt instead of three for an ambiguous one");
  addOneSourceOptions(command)
    .addOption(imageSizeOption())
    .addHelpText("after", HELP)
    .action(async (model: string, options: ExportCommandOptions) => {
      await exportModel(model, options, io);
      finish(ExitCode.ok);
    });
}

function countOption(flags: string, text: string): Option {
  const name = flags.split(" ")[0] as string;
  return new Option(flags, `${text} (default: any)`).argParser(wholeNumber(name, 1));
}

async function exportModel(name: string, options: ExportCommandOptions, io: ConsoleIo): Promise<void> {
  const { out, imageSize, layout } = options;
  refuseVideoOptions(options);
  await checkOutFolder(out);
  const { names, assumed } = await withCheckpoint(name, options, io, async (opened) => {
    const { config, graphs } = await describe(opened, options);
    const { checkpoint, reference, runtime, source } = opened;
    const { store, signal } = source;
    const isForTransformers = layout === "transformers.js";
    const named = isForTransformers ? transformersNames(graphs, options.dtype) : graphs;
    const files: SavedFile[] = [];
    const external: string[] = [];
    for (const graph of named) {
      if (!options.externalData) files.push(wholeFile(graph, { checkpoint, signal }));
      else {
        const ending = isForTransformers ? ".onnx_data" : ".onnx.data";
        files.push(...(await filesWithData(graph, { checkpoint, signal }, ending)));
        external.push(graph.name);
      }
    }
    if (isForTransformers) {
      const from = { reference, options: { ...source, runtime }, imageSize };
      files.push(...(await transformersSettings({ config, external, ...from })));
    }
    await saveFiles(out, files, { store, signal });
    return {
      names: named.map((graph) => `${graph.name}.onnx`),
      assumed: assumedFor(checkpoint, imageSize),
    };
  });
  io.out(`wrote ${out}: ${names.join(", ")}`);
  for (const text of assumed) io.out(`assumed: ${text}`);
}

/** Config and graphs of a checkpoint. */
async function describe({ checkpoint, source, onWarning }: OpenedCheckpoint, options: ExportCommandOptions) {
  const { imageSize, dtype, video = false, layout, memories, pointers } = options;
  const { attention, opset, prompts, points } = options;
  const { signal, onProgress } = source;
  const load = {
    dtype,
    appliesTo: isVisionWeight,
    ignore: isIgnoredByImages,
    onWarning,
    signal,
    onProgress,
  };
  const form = { attention, opset, prompts, points };
  const ofImages = { ...form, layout, multimask: !options.singleMask };
  const parsed = video ? parseVideoModelConfig(checkpoint.config) : parseImageModelConfig(checkpoint.config);
  const advice = unsuitedDtypes(parsed.visionConfig)[dtype as "q8"];
  if (advice) {
    throw UnsupportedError.expected("--dtype", `fp32 or fp16 for ${checkpoint.name}`, dtype, advice);
  }
  if (!video) {
    const config = sized(parseImageModelConfig(checkpoint.config), imageSize);
    const weights = await checkpoint.weights(sam2Weights(config), load);
    return { config, graphs: exportGraphs(config, weights, ofImages) };
  }
  const config = sized(parseVideoModelConfig(checkpoint.config), imageSize);
  const weights = await checkpoint.weights(videoWeights(config), load);
  const graphs = exportGraphs(config, weights, ofImages);
  const ofVideos = exportVideoGraphs(config, weights, { ...form, memories, pointers });
  return { config, graphs: [...graphs, ...ofVideos] };
}

function refuseVideoOptions({ video, layout, memories, pointers }: ExportCommandOptions): void {
  if (video && layout === "transformers.js") {
    const next = "transformers.js tracks no videos: leave --video out";
    throw InputError.expected("--layout", "two-file or own beside --video", layout, next);
  }
  const given = memories ?? pointers;
  if (video || given === undefined) return;
  throw InputError.expected(
    memories === undefined ? "--pointers" : "--memories",
    "it beside --video",
    given,
    "add --video or leave it out",
  );
}
