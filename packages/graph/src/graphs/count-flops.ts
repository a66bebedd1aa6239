import { assert, checkNumber, checkOptions, type ImageModelConfig } from "@sam2js/core";
import type { Axis } from "../builder/axis.js";
import { GraphBuilder } from "../builder/graph-builder.js";
import { neededNodes } from "../builder/reachable.js";
import { decoderGeometry } from "../decoder/geometry.js";
import { RecordingSource, Weights } from "../weights/weights.js";
import { decoderPreludeGraph } from "./decoder-prelude-graph.js";
import { imageEncoderGraph } from "./image-encoder-graph.js";
import { maskDecoderGraph } from "./mask-decoder-graph.js";

/** Floating-point operations of one run of each graph, 2 for each multiply-add of matrix products, convolutions and attention. */
export interface FlopCounts {
  /** Once per image. */
  readonly imageEncoder: number;
  /** Once per image. */
  readonly decoderPrelude: number;
  /** For all prompts of the run. */
  readonly maskDecoder: number;
}

/** The size of a decoder run. */
export interface FlopOptions {
  /** Prompts in one run. Default 1. */
  readonly prompts?: number | undefined;
  /** Points per prompt, the closing one included. Default 2. */
  readonly points?: number | undefined;
}

/** Counts what the graphs of a config really do: exact algebra spares much of what the reference computes. */
export function countFlops(config: ImageModelConfig, flopOptions: FlopOptions = {}): FlopCounts {
  checkOptions(flopOptions, ["prompts", "points"], "countFlops options");
  const { prompts = 1, points = 2 } = flopOptions;
  checkNumber(prompts, "prompts", "a number of prompts");
  checkNumber(points, "points", "a number of points for each prompt");
  const { masks, heads, layers } = decoderGeometry(config);
  const tokens = 2 + masks + points;
  const sizes = { P: prompts, K: points, T: tokens, S: layers * heads * tokens };
  const options = { attention: "fused" } as const;
  return {
    imageEncoder: countNodes(sizes, (graph, w) => imageEncoderGraph.write(graph, w, config, options)),
    decoderPrelude: countNodes(sizes, (graph, w) => decoderPreludeGraph.write(graph, w, config, {})),
    maskDecoder: countNodes(sizes, (graph, w) => maskDecoderGraph.write(graph, w, config, options)),
  };
}

/** Floating-point operations of a graph that depend on its inputs. @param sizes  of its symbolic axes */
export function countNodes(
  sizes: Readonly<Record<string, number>>,
  write: (graph: GraphBuilder, w: Weights) => void,
): number {
  const graph = new GraphBuilder("flops");
  write(graph, new Weights(graph, new RecordingSource()));
  const depends = new Set(graph.inputs.map(({ name }) => name));
  let total = 0;
  for (const { inputs, outputs } of neededNodes(graph).nodes) {
    if (!inputs.some((name) => depends.has(name))) continue; // a constant, computed when the graph is loaded
    for (const name of outputs) {
      depends.add(name);
      total += 2 * evaluate(graph.multiplyAdds.get(name) ?? 0, sizes);
    }
  }
  return total;
}

function evaluate(axis: Axis, sizes: Readonly<Record<string, number>>): number {
  if (typeof axis === "number") return axis;
  return axis.split("*").reduce((total, part) => {
    const size = sizes[part] ?? Number(part);
    assert(Number.isFinite(size), `the size ${part} of ${axis} is not given`);
    return total * size;
  }, 1);
}
