import { saveFiles } from "@sam2js/checkpoint";
import { type Dtype, parseImageModelConfig, parseVideoModelConfig, type SavedFile } from "@sam2js/core";
import {
  type ExportOptions,
  exportGraphs,
  exportVideoGraphs,
  isIgnoredByImages,
  isVisionWeight,
  sam2Weights,
  videoWeights,
} from "@sam2js/graph";
import { type Command, Option } from "commander";
import { ExitCode } from "../exit-code.js";
import { filesWithData, wholeFile } from "../export/onnx-files.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { assumedFor, type SourceCommandOptions } from "../model/source-options.js";
import { sized, withCheckpoint } from "../model/with-checkpoint.js";
import { addOneSourceOptions, imageSizeOption, MODEL } from "../options/model-options.js";
import { wholeNumber } from "../options/numbers.js";

interface ExportCommandOptions extends SourceCommandOptions, Omit<ExportOptions, "multimask"> {
  readonly out: string;
  readonly video?: boolean;
  readonly externalData?: boolean;
  readonly singleMask?: boolean;
  readonly dtype: Dtype;
  readonly imageSize?: number;
}

const EXAMPLES = `
Examples:
  $ sam2 export facebook/sam2.1-hiera-tiny --out onnx
  $ sam2 export tuned.pt --out onnx --external-data --dtype fp16
  $ sam2 export facebook/sam2.1-hiera-tiny --out onnx --layout own --video --attention fused
`;

/** `sam2 export`: a model as ONNX files. */
export function exportCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("export")
    .summary("write a model as ONNX files for other programs")
    .description(
      "Writes a model as ONNX files (opset 20) that need nothing else: encoder.onnx and decoder.onnx as annotation tools load them, or the graphs that sam2 itself runs.",
    )
    .argument("<model>", MODEL)
    .requiredOption("-o, --out <folder>", "where they are written")
    .addOption(
      new Option("--layout <name>", "two-file: encoder and decoder; own: the graphs of this library")
        .choices(["two-file", "own"])
        .default("two-file"),
    )
    .option("--video", "the graphs of tracking, too; the model has to be one for videos")
    .option("--external-data", "weights in a file of their own beside each graph, NAME.onnx.data")
    .addOption(
      new Option("--attention <form>", "plain: every engine has it; fused: ONNX Runtime's own operator")
        .choices(["plain", "fused"])
        .default("plain"),
    )
    .addOption(
      new Option("--dtype <name>", "type the image encoder computes in; inputs and outputs stay fp32")
        .choices(["fp32", "fp16"])
        .default("fp32"),
    )
    .addOption(countOption("--prompts <n>", "a fixed number of prompts in a run"))
    .addOption(countOption("--points <n>", "a fixed number of points in a prompt"))
    .option("--single-mask", "one mask for a clear prompt instead of three for an ambiguous one");
  addOneSourceOptions(command)
    .addOption(imageSizeOption())
    .addHelpText("after", EXAMPLES)
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
  const { out, imageSize, dtype, video = false, externalData = false } = options;
  await checkOutFolder(out);
  const { names, assumed } = await withCheckpoint(
    name,
    options,
    io,
    async ({ checkpoint, source, onWarning }) => {
      const { store, signal, onProgress } = source;
      const load = {
        dtype,
        appliesTo: isVisionWeight,
        ignore: isIgnoredByImages,
        onWarning,
        signal,
        onProgress,
      };
      const { layout, attention, prompts, points } = options;
      const form = { attention, prompts, points };
      const ofImages = { ...form, layout, multimask: !options.singleMask };
      const graphs = [];
      if (video) {
        const config = sized(parseVideoModelConfig(checkpoint.config), imageSize);
        const weights = await checkpoint.weights(videoWeights(config), load);
        graphs.push(...exportGraphs(config, weights, ofImages), ...exportVideoGraphs(config, weights, form));
      } else {
        const config = sized(parseImageModelConfig(checkpoint.config), imageSize);
        graphs.push(...exportGraphs(config, await checkpoint.weights(sam2Weights(config), load), ofImages));
      }
      const files: SavedFile[] = [];
      for (const graph of graphs) {
        if (externalData) files.push(...(await filesWithData(graph, { checkpoint, signal })));
        else files.push(wholeFile(graph, { checkpoint, signal }));
      }
      await saveFiles(out, files, { store, signal });
      return {
        names: graphs.map((graph) => `${graph.name}.onnx`),
        assumed: assumedFor(checkpoint, imageSize),
      };
    },
  );
  io.out(`wrote ${out}: ${names.join(", ")}`);
  for (const text of assumed) io.out(`assumed: ${text}`);
}
