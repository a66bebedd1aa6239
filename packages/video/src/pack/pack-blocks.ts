import type { CheckedBytes } from "@sam2js/core";
import { fromCodes, scalesOf, toCodes } from "@sam2js/embeddings";
import { packCodes, unpackCodes } from "./pack-codes.js";

/** How blocks of numbers are packed. */
export interface BlockForm {
  /** Numbers in a block. */
  readonly size: number;
  /** Each has a range of its own over all blocks. */
  readonly columns: number;
}

/** Blocks as scales, then codes from 0 to `most` in few bytes. @param splitsAtZero  whether codes lie on either side of 0, so that signs stay */
export function packBlocks(
  blocks: readonly Float32Array[],
  { size, columns }: BlockForm,
  { most, splitsAtZero = false }: { readonly most: number; readonly splitsAtZero?: boolean },
): [Float32Array, Float32Array, Uint8Array] {
  const values = new Float32Array(blocks.length * size);
  for (const [index, block] of blocks.entries()) values.set(block, index * size);
  const scales = scalesOf(values, columns, most);
  if (splitsAtZero) {
    const { least, step } = scales;
    for (const [column, first] of least.entries()) {
      const width = step[column] as number;
      if (first < 0 && width > 0) least[column] = -(Math.ceil(-first / width - 0.5) + 0.5) * width;
    }
  }
  const codes = toCodes(values, scales, new Uint16Array(values.length));
  const parts = blocks.map((_, index) => codes.subarray(index * size, (index + 1) * size));
  return [scales.least, scales.step, packCodes(parts, columns)];
}

/** What {@link packBlocks} packed. @param length  bytes of the codes  @returns gives the next block */
export function takeBlocks(
  reader: CheckedBytes,
  length: number,
  { size, columns }: BlockForm,
): () => Float32Array {
  const scales = { least: reader.take(Float32Array, columns), step: reader.take(Float32Array, columns) };
  const blocks = unpackCodes(reader.take(Uint8Array, length), size, columns);
  return () => fromCodes(blocks.next().value ?? reader.refuse("more packed numbers", "fewer"), scales);
}
