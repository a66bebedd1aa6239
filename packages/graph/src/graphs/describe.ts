import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { SessionDescription, WeightTable } from "@sam2js/core";
import { GraphBuilder } from "../builder/graph-builder.js";
import { serialize } from "../builder/serialize.js";
import { tableSource, Weights } from "../weights/weights.js";

/** Changes when graphs of the same config change, so that a digest never stands for an older graph. */
const GRAPH_VERSION = 4;

/**
 * Writes a graph down and describes it. Mistakes show here already; bytes are made by `build()`.
 *
 * @param settings  all that `write` depends on besides the weights, as JSON
 * @throws {CheckpointError} a weight is missing or has another shape than the config implies
 */
export function describe(
  name: string,
  settings: unknown,
  table: WeightTable,
  write: (graph: GraphBuilder, weights: Weights) => void,
): SessionDescription {
  const graph = new GraphBuilder(name);
  write(graph, new Weights(graph, tableSource(table)));
  const { fingerprint, dtype = "fp32" } = table;
  const identity = JSON.stringify([GRAPH_VERSION, name, fingerprint, dtype, settings]);
  return {
    name,
    digest: bytesToHex(sha256(utf8ToBytes(identity))),
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ info }) => info),
    build: (place) => serialize(graph, table, place),
  };
}
