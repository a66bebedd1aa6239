import {
  parseImageModelConfig,
  RepVitConfig,
  type SessionDescription,
  type VisionConfig,
} from "@sam2js/core";
import {
  countFlops,
  decoderPreludeGraph,
  imageEncoderGraph,
  isIgnoredByImages,
  isVideoWeight,
  maskDecoderGraph,
  sam2Weights,
} from "@sam2js/graph";
import type { Command } from "commander";
import { ExitCode } from "../exit-code.js";
import type { ConsoleIo } from "../io/console-io.js";
import { megabytes } from "../io/progress.js";
import { type ModelTimes, measureModel } from "../model/measure-model.js";
import { describeReady, readyFacts } from "../model/ready-facts.js";
import { assumedFor } from "../model/source-options.js";
import { type OpenedCheckpoint, sized, withCheckpoint } from "../model/with-checkpoint.js";
import type { ModelCommandOptions } from "../model/with-model.js";
import { addOneSourceOptions, addRunOptions, MODEL } from "../options/model-options.js";
import { table } from "../outputs/table.js";

interface InfoOptions extends Omit<ModelCommandOptions, "model"> {
  readonly json?: boolean;
  readonly run?: boolean;
}

const EXAMPLES = `
Examples:
  $ sam2 info nano
  $ sam2 info facebook/sam2.1-hiera-tiny --run
  $ sam2 info models/fine-tuned --json
  $ sam2 info models/onnx                 encoder.onnx and decoder.onnx
`;

/** `sam2 info`: what a checkpoint is. */
export function infoCommand(program: Command, io: ConsoleIo, finish: (status: number) => void): void {
  const command = program
    .command("info")
    .description("Describes a model: configuration, parameters, graphs, work and memory.")
    .argument("<model>", MODEL)
    .option("--run", "run it once, too: times and peak memory on this machine")
    .option("--json", "print as JSON");
  addRunOptions(addOneSourceOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (model: string, options: InfoOptions) => {
      await info(model, options, io);
      finish(ExitCode.ok);
    });
}

async function info(name: string, options: InfoOptions, io: ConsoleIo): Promise<void> {
  const facts = await readFacts(name, options, io);
  const times = options.run ? await measureModel({ ...options, model: name }, io) : undefined;
  if (options.json) {
    io.out(JSON.stringify({ ...facts, ...(times && { run: times }) }, undefined, 2));
  } else {
    const rows = "layout" in facts ? describeReady(facts) : describeCheckpoint(facts);
    if (times) rows.push(["here", timesText(times)]);
    const revision = "revision" in facts && facts.revision ? ` at ${facts.revision.slice(0, 12)}` : "";
    io.out(`${facts.name}${revision}`);
    for (const line of table(rows)) io.out(`  ${line}`);
  }
}

type CheckpointFacts = Awaited<ReturnType<typeof readCheckpointFacts>>;
type ReadyFacts = ReturnType<typeof readyFacts>;

function readFacts(name: string, options: InfoOptions, io: ConsoleIo): Promise<CheckpointFacts | ReadyFacts> {
  return withCheckpoint<CheckpointFacts | ReadyFacts>(
    name,
    options,
    io,
    (opened) => readCheckpointFacts(opened, options.imageSize),
    (ready) => readyFacts(name, ready),
  );
}

async function readCheckpointFacts(
  { checkpoint, source: { signal }, onWarning }: OpenedCheckpoint,
  imageSize: number | undefined,
) {
  const config = sized(parseImageModelConfig(checkpoint.config), imageSize);
  const weights = await checkpoint.weights(sam2Weights(config), {
    ignore: isIgnoredByImages,
    onWarning,
    signal,
  });
  const parameters = { image: 0, video: 0 };
  const types = new Set<string>();
  let sizeBytes = 0;
  for (const tensor of checkpoint.tensors.values()) {
    parameters[isVideoWeight(tensor.name) ? "video" : "image"] += tensor.dims.reduce((a, b) => a * b, 1);
    types.add(tensor.dtype);
    sizeBytes += tensor.byteLength;
  }
  const attention = "fused" as const;
  const graphs = {
    imageEncoder: await sizeOf(imageEncoderGraph(config, weights, { attention })),
    decoderPrelude: await sizeOf(decoderPreludeGraph(config, weights)),
    maskDecoder: await sizeOf(maskDecoderGraph(config, weights, { attention })),
  };
  const one = countFlops(config);
  const many = countFlops(config, { prompts: 64 });
  const cells = config.embeddingSize ** 2;
  const [maskHeight, maskWidth] = config.maskSize;
  const channels = config.visionConfig.fpnHiddenSize;
  return {
    name: checkpoint.name,
    revision: checkpoint.revision,
    fingerprint: weights.fingerprint,
    config: {
      imageSize: config.imageSize,
      maskSize: maskHeight,
      backbone: backboneFacts(config.visionConfig),
      fpnHiddenSize: channels,
      numMultimaskOutputs: config.maskDecoderConfig.numMultimaskOutputs,
      dynamicMultimaskViaStability: config.maskDecoderConfig.dynamicMultimaskViaStability,
    },
    assumed: assumedFor(checkpoint, imageSize),
    parameters,
    tensors: checkpoint.tensors.size,
    types: [...types],
    sizeBytes,
    graphBytes: graphs,
    gflop: {
      imageEncoder: one.imageEncoder / 1e9,
      decoderPrelude: one.decoderPrelude / 1e9,
      click: one.maskDecoder / 1e9,
      prompts64: many.maskDecoder / 1e9,
    },
    memoryBytes: {
      weights: weights.files.reduce((sum, file) => sum + file.sizeBytes, 0),
      // image_embed, high_res_1 and high_res_0: C, 4 · C/4 and 16 · C/8 float32 values per cell.
      embeddingsPerImage: 4 * cells * (channels + channels + 2 * channels),
      masksPerPrompt: 4 * config.maskDecoderConfig.numMultimaskOutputs * maskHeight * maskWidth,
    },
  };
}

/** The numbers of a backbone, by the names of its config. */
function backboneFacts({ backboneConfig }: VisionConfig) {
  if (backboneConfig instanceof RepVitConfig) {
    return { architecture: backboneConfig.architecture, ...backboneConfig.geometry };
  }
  const {
    embedDimPerStage,
    blocksPerStage,
    numAttentionHeadsPerStage,
    windowSizePerStage,
    globalAttentionBlocks,
  } = backboneConfig;
  return {
    architecture: "hiera",
    blocksPerStage,
    embedDimPerStage,
    numAttentionHeadsPerStage,
    windowSizePerStage,
    globalAttentionBlocks,
  } as const;
}

function describeBackbone(facts: ReturnType<typeof backboneFacts>): string[] {
  if ("depths" in facts) {
    const { architecture, depths, embedDims, kernelSize } = facts;
    const stages = embedDims.map((width, stage) => `${depths[stage]} x ${width} wide`);
    return [`${architecture}: ${stages.join(", ")}; convolutions of ${kernelSize} x ${kernelSize}`];
  }
  const { blocksPerStage, embedDimPerStage, numAttentionHeadsPerStage, windowSizePerStage } = facts;
  const stages = blocksPerStage.map(
    (blocks, stage) =>
      `${blocks} x ${embedDimPerStage[stage]} wide, ${numAttentionHeadsPerStage[stage]} heads, windows of ${windowSizePerStage[stage]}`,
  );
  return [...stages, `global attention in blocks ${facts.globalAttentionBlocks.join(", ") || "none"}`];
}

async function sizeOf(description: SessionDescription): Promise<number> {
  return (await description.build()).model.length;
}

function describeCheckpoint(facts: CheckpointFacts): string[][] {
  const { config, parameters, gflop, graphBytes, memoryBytes } = facts;
  const million = (count: number) => `${(count / 1e6).toFixed(2)} M`;
  const kilobytes = (bytes: number) => `${(bytes / 1e3).toFixed(0)} kB`;
  const work = (value: number) =>
    `${value < 1 ? value.toPrecision(2) : value.toFixed(value < 10 ? 2 : 0)} GFLOP`;
  const video =
    parameters.video > 0 ? `, and ${million(parameters.video)} for video, which images do not need` : "";
  return [
    [
      "input",
      `${config.imageSize} x ${config.imageSize} pixels; masks ${config.maskSize} x ${config.maskSize}, ${config.numMultimaskOutputs} for an ambiguous prompt`,
    ],
    ...describeBackbone(config.backbone).map((text, line) => [line === 0 ? "blocks" : "", text]),
    ...facts.assumed.map((text, i) => [i === 0 ? "assumed" : "", text]),
    ["parameters", `${million(parameters.image)}${video}`],
    ["file", `${facts.tensors} tensors, ${facts.types.join(", ")}, ${megabytes(facts.sizeBytes)}`],
    [
      "graphs",
      `encoder ${kilobytes(graphBytes.imageEncoder)}, prelude ${kilobytes(graphBytes.decoderPrelude)}, decoder ${kilobytes(graphBytes.maskDecoder)} (without weights)`,
    ],
    [
      "work",
      `${work(gflop.imageEncoder)} to encode an image, ${work(gflop.decoderPrelude + gflop.click)} for a first click, ${work(gflop.click)} for the next, ${work(gflop.prompts64)} for 64`,
    ],
    [
      "memory",
      `weights ${megabytes(memoryBytes.weights)} (mapped from disk where they are float32), ${megabytes(memoryBytes.embeddingsPerImage)} for each encoded image, ${megabytes(memoryBytes.masksPerPrompt)} for the masks of a prompt`,
    ],
  ];
}

function timesText({ loadMs, encodeMs, clickMs, peakBytes, engine, device, threads }: ModelTimes): string {
  return `loaded in ${loadMs} ms, encoded in ${encodeMs} ms, a click in ${clickMs} ms, peak memory ${megabytes(peakBytes)}; ${engine}, ${device}, ${threads} threads`;
}
