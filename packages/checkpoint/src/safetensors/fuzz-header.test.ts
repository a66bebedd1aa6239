import { CheckpointError } from "@sam2js/core";
import { expect, test } from "vitest";
import { random } from "../__fixtures__/random.js";
import { float32, safetensors } from "../__fixtures__/safetensors.js";
import { bytesFile } from "../index.js";
import { LENGTH_BYTES } from "./parse-header.js";
import { readSafetensorsHeader } from "./read-header.js";

const MUTATIONS = 20_000;

/** Numbers that are easily got wrong. */
const NUMBERS = [
  "0",
  "-1",
  "1",
  "3",
  "4",
  "1e3",
  "1.5",
  "-0",
  "1e999",
  "2147483648",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  "18446744073709551616",
  "null",
  '"8"',
  "[]",
  "{}",
];
const PIECES = [
  '"__proto__":',
  '"a":',
  "[[[[",
  "{{{{",
  "]",
  "}",
  ",",
  ":",
  '"',
  "\\u0000",
  "\\",
  '"dtype":"F32",',
  '"__metadata__":{"a":1},',
  " ",
  "\n",
  "\u00ff",
  "1,".repeat(40),
  '{"a":'.repeat(30),
];

test(`${MUTATIONS} mutated files are each read rightly or refused with a typed error, in little time and memory`, async () => {
  const original = safetensors([
    float32("vision_encoder.patch.weight", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]),
    float32("mask_decoder.bias", [4], [1, 2, 3, 4]),
    { name: "half", dtype: "F16", dims: [3], bytes: new Uint8Array(6) },
    float32("scalar", [], [1]),
    float32("empty", [0], []),
  ]);
  const headerEnd = LENGTH_BYTES + new DataView(original.buffer).getUint32(0, true);
  const outcomes = { read: 0, refused: 0 };
  const before = process.memoryUsage().arrayBuffers;
  for (let seed = 0; seed < MUTATIONS; seed++) {
    const mutant = mutate(original, headerEnd, random(seed));
    try {
      const { entries } = await readSafetensorsHeader(bytesFile("m", mutant), "m");
      const covered = entries.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const length = new DataView(mutant.buffer, mutant.byteOffset).getUint32(0, true);
      expect(covered, `seed ${seed}`).toBe(mutant.length - LENGTH_BYTES - length);
      outcomes.read++;
    } catch (error) {
      if (!CheckpointError.isInstance(error)) throw new TypeError(`seed ${seed}`, { cause: error });
      expect(error.message.length, `seed ${seed}`).toBeLessThan(2000);
      outcomes.refused++;
    }
  }
  expect(outcomes.read + outcomes.refused).toBe(MUTATIONS);
  // Some mutations (of a name, of metadata) leave a valid file, most do not: both paths are really taken.
  expect(outcomes.read).toBeGreaterThan(MUTATIONS / 100);
  expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 2);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(256 * 1024 * 1024);
}, 120_000);

function mutate(original: Uint8Array, headerEnd: number, next: () => number): Uint8Array {
  let bytes: Uint8Array = original.slice();
  const header = () => new TextDecoder("latin1").decode(bytes.subarray(LENGTH_BYTES, headerEnd));
  for (let round = 1 + Math.floor(next() * 3); round > 0; round--) {
    const kind = Math.floor(next() * 7);
    const at = Math.floor(next() * bytes.length);
    if (kind === 0) {
      const byte = Math.floor(next() * Math.min(bytes.length, headerEnd));
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << Math.floor(next() * 8));
    } else if (kind === 1) {
      bytes = bytes.slice(0, at);
    } else if (kind === 2) {
      bytes = join(bytes, new Uint8Array(Math.floor(next() * 64)));
    } else if (kind === 3) {
      bytes[Math.floor(next() * Math.min(LENGTH_BYTES, bytes.length))] = Math.floor(next() * 256);
    } else if (kind === 4) {
      bytes = rewrite(bytes, headerEnd, swapNumber(header(), next));
    } else if (kind === 5) {
      bytes = rewrite(
        bytes,
        headerEnd,
        insert(header(), PIECES[Math.floor(next() * PIECES.length)] ?? "", next),
      );
    } else {
      bytes = rewrite(bytes, headerEnd, repeatPart(header(), next));
    }
  }
  return bytes;
}

/** Puts another header in, its length made right, so that the parser behind the length check is reached. */
function rewrite(bytes: Uint8Array, headerEnd: number, text: string): Uint8Array {
  const header = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const result = join(new Uint8Array(LENGTH_BYTES), header, bytes.subarray(headerEnd));
  new DataView(result.buffer).setUint32(0, header.length, true);
  return result;
}

function swapNumber(text: string, next: () => number): string {
  const numbers = [...text.matchAll(/\d+/g)];
  const chosen = numbers[Math.floor(next() * numbers.length)];
  if (!chosen) return text;
  const number = NUMBERS[Math.floor(next() * NUMBERS.length)] ?? "0";
  return text.slice(0, chosen.index) + number + text.slice(chosen.index + chosen[0].length);
}

function insert(text: string, piece: string, next: () => number): string {
  const at = Math.floor(next() * (text.length + 1));
  return text.slice(0, at) + piece + text.slice(at);
}

/** Gives a part of the header twice: keys, entries, brackets. */
function repeatPart(text: string, next: () => number): string {
  const commas = [...text.matchAll(/[,{]/g)].map(({ index }) => index);
  const from = commas[Math.floor(next() * commas.length)] ?? 0;
  const to = commas[Math.floor(next() * commas.length)] ?? 0;
  return text.slice(0, Math.max(from, to)) + text.slice(Math.min(from, to));
}

function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
