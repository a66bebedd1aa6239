import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { WeightTable } from "@sam2js/core";
import { type GraphBuilder, OPSETS } from "./graph-builder.js";
import type { Initializer } from "./initializer.js";

/**
 * Stands for a graph with its weights: all that is written of it, and the checkpoint that its weights are of.
 *
 * @returns 64 hexadecimal digits; equal ones mean equal graphs with equal weights
 */
export function digest(
  { opset, nodes, initializers, inputs, outputs }: GraphBuilder,
  table: WeightTable,
): string {
  const hash = sha256.create();
  const constants: unknown[] = [];
  for (const [name, initializer] of initializers) {
    constants.push([name, initializer.type, initializer.dims, contentOf(initializer)]);
    if (initializer.kind === "inline") hash.update(initializer.bytes);
  }
  const results = outputs.map(({ info, value }) => [info, value.name]);
  const form = opset === OPSETS.usual ? [] : [opset];
  const written = [table.identity, table.dtype ?? "fp32", ...form, inputs, results, nodes, constants];
  return bytesToHex(hash.update(utf8ToBytes(JSON.stringify(written))).digest());
}

/** What a constant is made of. A computed one is its sources and its computation, whose other numbers follow from shapes. */
function contentOf(initializer: Initializer): unknown {
  if (initializer.kind === "inline") return initializer.bytes.length;
  if (initializer.kind === "external") return initializer.range;
  return [initializer.sources, initializer.recipe];
}
