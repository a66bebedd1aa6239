import type { ImageModelConfig, Sam2HieraDetConfig, VisionConfig, WeightSpec } from "@sam2js/core";
import { GraphBuilder } from "../builder/graph-builder.js";
import { RecordingSource, Weights } from "../weights/weights.js";
import { decoderPreludeGraph } from "./decoder-prelude-graph.js";
import { imageEncoderGraph } from "./image-encoder-graph.js";
import { maskDecoderGraph } from "./mask-decoder-graph.js";
import { hieraGraph, visionGraph } from "./vision-graph.js";

/**
 * Every tensor that the graphs of a model touch, found by writing them down without a checkpoint.
 *
 * @throws {ConfigError} the config asks for what the reference cannot run
 */
export function sam2Weights(config: ImageModelConfig): WeightSpec[] {
  const plain = { attention: "plain" } as const;
  return recordWeights(
    (graph, w) => imageEncoderGraph.write(graph, w, config, plain),
    ...decoderWriters(config),
  );
}

/** Every tensor that decoding touches: all but those of the image encoder. */
export function decoderWeights(config: ImageModelConfig): WeightSpec[] {
  return recordWeights(...decoderWriters(config));
}

/** Every tensor of backbone and neck. @param prefix  what stands before their names, `"vision_encoder."` in a whole checkpoint */
export function visionWeights(config: VisionConfig, prefix = ""): WeightSpec[] {
  return recordWeights((graph, w) => visionGraph.write(graph, w, config, { attention: "plain", prefix }));
}

/** Every tensor of the backbone. @param prefix  what stands before their names, `"vision_encoder.backbone."` in a whole checkpoint */
export function hieraWeights(config: Sam2HieraDetConfig, prefix = ""): WeightSpec[] {
  return recordWeights((graph, w) => hieraGraph.write(graph, w, config, { attention: "plain", prefix }));
}

/** Writes a graph down. */
type Writer = (graph: GraphBuilder, w: Weights) => void;

function decoderWriters(config: ImageModelConfig): Writer[] {
  const plain = { attention: "plain" } as const;
  return [
    (graph, w) => decoderPreludeGraph.write(graph, w, config, {}),
    (graph, w) => maskDecoderGraph.write(graph, w, config, { ...plain, maskPrompt: true, multimask: true }),
    (graph, w) => maskDecoderGraph.write(graph, w, config, { ...plain, multimask: false }),
  ];
}

export function recordWeights(...writers: Writer[]): WeightSpec[] {
  const source = new RecordingSource();
  for (const write of writers) {
    const graph = new GraphBuilder("weights");
    write(graph, new Weights(graph, source));
  }
  return [...source.specs.values()];
}
