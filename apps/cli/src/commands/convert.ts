import { checkpointFiles, loadCheckpoint, openModel, saveFiles } from "@sam2js/checkpoint";
import { Sam2Config, Sam2VideoConfig } from "@sam2js/core";
import { isVideoWeight, sam2Weights, videoWeights } from "@sam2js/graph";
import { Sam2Processor } from "@sam2js/processor";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { Sam2VideoProcessor } from "@sam2js/video";
import type { Command } from "commander";
import { ExitCode } from "../exit-code.js";
import { checkOutFolder } from "../io/check-folder.js";
import type { ConsoleIo } from "../io/console-io.js";
import { createProgress, megabytes } from "../io/progress.js";
import { resolveModel } from "../model/resolve-model.js";
import { assumedFor, type SourceCommandOptions, sourceOptions } from "../model/source-options.js";
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
    .summary("write a model as a folder in the layout of transformers")
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
  const runtime = createNodeRuntime();
  const { store } = runtime;
  const { signal } = io;
  const progress = createProgress(io, name);
  const { onProgress } = progress;
  try {
    const reference = resolveModel(name);
    const source = { ...(await sourceOptions(options)), store, signal, onProgress };
    const checkpoint = await loadCheckpoint(await openModel(reference, source), { signal, onProgress });
    const isVideo = (checkpoint.config as { model_type?: unknown }).model_type === "sam2_video";
    const written = isVideo ? Sam2VideoConfig.parse(checkpoint.config) : Sam2Config.parse(checkpoint.config);
    const config = imageSize === undefined ? written : written.withImageSize(imageSize);
    const specs = config instanceof Sam2VideoConfig ? videoWeights(config) : sam2Weights(config);
    const onWarning = (text: string) => io.note(`note: ${text}`);
    // For its checks of names and shapes: a folder that does not load is not worth writing.
    await checkpoint.weights(specs, { ignore: isVideoWeight, onWarning, signal });
    const Processor = isVideo ? Sam2VideoProcessor : Sam2Processor;
    const processor = await Processor.fromPretrained(reference, { ...source, runtime, imageSize });
    const { tensors, metadata } = checkpoint;
    await saveFiles(
      out,
      checkpointFiles({ config: config.stringify(), tensors: tensors.values(), metadata }),
      { store, signal },
    );
    await processor.savePretrained(out, { signal });
    progress.stop();
    const sizeBytes = [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    io.out(`wrote ${out}: ${tensors.size} tensors, ${megabytes(sizeBytes)}`);
    for (const text of assumedFor(checkpoint, imageSize)) io.out(`assumed: ${text}`);
  } finally {
    progress.stop();
    await runtime.dispose();
  }
}
