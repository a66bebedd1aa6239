import { describeValue, InputError } from "@sam2js/core";
import { checkRle } from "./check-rle.js";
import type { Rle } from "./run-lengths.js";

/** COCO's compressed RLE: as {@link Rle}, with the counts as a string of 6 bits a character. */
export interface CompressedRle {
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** Run lengths column by column, pixels outside first, in the characters of pycocotools; see {@link compressRle}. */
  readonly counts: string;
}

/**
 * Packs run lengths into COCO's string, character for character as pycocotools does.
 *
 * From the fourth count on the difference to the count two before is written. A number is split into groups of 5 bits, lowest first,
 * two's complement; bit 6 says that more follow; 48 is added to make a printable character.
 */
export function compressRle(rle: Rle): CompressedRle {
  checkRle(rle);
  const {
    size: [height, width],
    counts,
  } = rle;
  const codes: number[] = [];
  const parts: string[] = [];
  for (let i = 0; i < counts.length; i++) {
    let rest = counts[i]! - (i > 2 ? counts[i - 2]! : 0);
    for (let more = true; more; ) {
      const group = rest & 31;
      rest >>= 5;
      more = group & 16 ? rest !== -1 : rest !== 0;
      codes.push((more ? group | 32 : group) + 48);
    }
    if (codes.length > 8000) parts.push(String.fromCharCode(...codes.splice(0)));
  }
  parts.push(String.fromCharCode(...codes));
  return { size: [height, width], counts: parts.join("") };
}

/**
 * Unpacks COCO's string.
 *
 * @throws {InputError} the string has other characters, ends within a number, or does not fit the size
 */
export function decompressRle(rle: CompressedRle): Rle {
  const { size, counts: text } = rle ?? {};
  if (!Array.isArray(size) || typeof text !== "string") {
    throw InputError.expected("mask", '{ size: [height, width], counts: "…" }', describeValue(rle));
  }
  const counts: number[] = [];
  let value = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) - 48;
    if (code < 0 || code > 63 || shift > 30) {
      throw InputError.expected("counts", "COCO's compressed RLE", `${JSON.stringify(text[i])} at ${i}`);
    }
    value |= (code & 31) << shift;
    shift += 5;
    if (code & 32) continue;
    if (code & 16 && shift < 32) value |= -1 << shift;
    counts.push(value + (counts.length > 2 ? counts[counts.length - 2]! : 0));
    value = 0;
    shift = 0;
  }
  if (shift !== 0)
    throw InputError.expected(
      "counts",
      "COCO's compressed RLE",
      "an end within a number",
      "is the string cut off?",
    );
  const unpacked: Rle = { size: [size[0], size[1]], counts: Uint32Array.from(counts) };
  checkRle({ size: unpacked.size, counts });
  return unpacked;
}
