import type { SessionDescription, WeightTable } from "@sam2js/core";
import { digest } from "../builder/digest.js";
import { GraphBuilder } from "../builder/graph-builder.js";
import { serialize } from "../builder/serialize.js";
import { tableSource, Weights } from "../weights/weights.js";

/**
 * Writes a graph down and describes it. Mistakes show here already; bytes are made by `build()`.
 *
 * @throws {CheckpointError} a weight is missing or has another shape than the config implies
 */
export function describe(
  name: string,
  table: WeightTable,
  write: (graph: GraphBuilder, weights: Weights) => void,
): SessionDescription {
  const graph = new GraphBuilder(name);
  write(graph, new Weights(graph, tableSource(table)));
  return {
    name,
    digest: digest(graph, table),
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ info }) => info),
    build: (place) => serialize(graph, table, place),
  };
}
