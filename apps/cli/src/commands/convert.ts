import { checkpointFiles, saveFiles } from "@sam2js/checkpoint";
import { parseImageModelConfig, parseVideoModelConfig, type WeightSpec } from "@sam2js/core";
import { isIgnoredByImages, sam2Weights, videoWeights } from "@sam2js/graph";
import { Sam2Processor } from "@sam2js/processor";
import { Sam2VideoProcessor } from "@sam2js/video";
import type { Command } from "commander";
import { ExitCode } from "../exit-code.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { megabytes } from "../io/progress.js";
import { assumedFor, type SourceCommandOptions } from "../model/source-options.js";
import { sized, withCheckpoint } from "../model/with-checkpoint.js";
import { addOneSourceOptions, imageSizeOption, MODEL } from "../options/model-options.js";

interface ConvertOptions extends SourceCommandOptions {
  readonly out: string;
  readonly imageSize?: number;
}

const EXAMPLES = `
Examples:
  $ sam2 convert sam2.1_hiera_tiny.pt --out models/tiny
  $ sam2 convert MedSAM2_latest.pt --image-size 512 --out models/medsam2
  $ sam2 convert tuned.pt --config backbone.json --out models/tuned
`;

/** `sam2 convert`: a model as a folder in the reference's layout. */
export function convertCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("convert")
    .description(
      "Writes a model, such as a .pt file, as config.json, model.safetensors and processor_config.json, which Hugging Face transformers reads too. Weights keep their types.",
    )
    .argument("<model>", MODEL)
    .requiredOption("-o, --out <folder>", "where it is written");
  addOneSourceOptions(command)
    .addOption(imageSizeOption())
    .addHelpText("after", EXAMPLES)
    .action(async (model: string, options: ConvertOptions) => {
      await convert(model, options, io);
      finish(ExitCode.ok);
    });
}

async function convert(name: string, options: ConvertOptions, io: ConsoleIo): Promise<void> {
  const { out, imageSize } = options;
  await checkOutFolder(out);
  const converted = await withCheckpoint(name, options, io, async (opened) => {
    const { checkpoint, reference, runtime, source, onWarning } = opened;
    const { store, signal } = source;
    const { model_type: type } = checkpoint.config as { readonly model_type?: unknown };
    const isVideo = typeof type === "string" && type.endsWith("_video");
    const { config, specs } = isVideo
      ? planOf(parseVideoModelConfig(checkpoint.config), imageSize, videoWeights)
      : planOf(parseImageModelConfig(checkpoint.config), imageSize, sam2Weights);
    // For its checks of names and shapes: a folder that does not load is not worth writing.
    await checkpoint.weights(specs, { ignore: isIgnoredByImages, onWarning, signal });
    const Processor = isVideo ? Sam2VideoProcessor : Sam2Processor;
    const processor = await Processor.fromPretrained(reference, { ...source, runtime, imageSize });
    const { tensors, metadata } = checkpoint;
    await saveFiles(
      out,
      checkpointFiles({ config: config.stringify(), tensors: tensors.values(), metadata }),
      { store, signal },
    );
    await processor.savePretrained(out, { signal });
    return checkpoint;
  });
  const sizeBytes = [...converted.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  io.out(`wrote ${out}: ${converted.tensors.size} tensors, ${megabytes(sizeBytes)}`);
  for (const text of assumedFor(converted, imageSize)) io.out(`assumed: ${text}`);
}

/** The config in the wanted size, and the weights that such a model needs. */
function planOf<C extends { withImageSize(size: number): C }>(
  written: C,
  imageSize: number | undefined,
  weightsOf: (config: C) => readonly WeightSpec[],
): { readonly config: C; readonly specs: readonly WeightSpec[] } {
  const config = sized(written, imageSize);
  return { config, specs: weightsOf(config) };
}
