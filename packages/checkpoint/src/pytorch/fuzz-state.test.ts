import { type ModelFile, Sam2Error, Sam2VideoConfig } from "@sam2js/core";
import { loadMeta } from "@sam2js/reference";
import { expect, test } from "vitest";
import { concat } from "../__fixtures__/concat.js";
import { random } from "../__fixtures__/random.js";
import { type Member, torchMembers, torchPickle, zip } from "../__fixtures__/torch-file.js";
import { bytesFile } from "../index.js";
import { DTYPE_BITS } from "../safetensors/dtype.js";
import { readPytorch } from "./read-pytorch.js";
import { readState } from "./read-state.js";

/** `pnpm mutate-pt` tries 20,000. */
const MUTATIONS = Number(process.env.SAM2JS_MUTATIONS ?? 400);
/** What all of them together may add to the memory of the process. */
const MEMORY_BYTES = 100e6;

const meta = loadMeta();
const SMALL = {
  matrix: { dims: [2, 3], bytes: new Uint8Array(24) },
  half: { dims: [4], bytes: new Uint8Array(8), storage: "HalfStorage", elementBytes: 2 },
  scalar: { dims: [], bytes: new Uint8Array(4) },
  empty: { dims: [0, 3], bytes: new Uint8Array() },
};
const STORAGES = Object.values(SMALL).map(({ bytes }) => bytes);

/** Pieces of other pickles: calls, names, numbers and structure that do not belong where they come to stand. */
const PIECES = [
  "cos\nsystem\n(X\u0002\0\0\0lstR",
  "cbuiltins\neval\n",
  "c__builtin__\nexec\n",
  "ctorch._utils\n_rebuild_tensor_v2\n",
  "ctorch._utils\n_rebuild_parameter\n",
  "ctorch\nFloatStorage\n",
  "ccollections\nOrderedDict\n)R",
  "(ios\nsystem\n",
  "\u0093",
  "\u0081",
  "\u0082\u0001",
  "R",
  "b",
  "Q",
  "t",
  "(((((((",
  "h\0",
  "q\u0001",
  "j\u00ff\u00ff\u00ff\u00ff",
  "r\u00ff\u00ff\u00ff\u00ff",
  "X\u00ff\u00ff\u00ff\u00ff",
  "J\u00ff\u00ff\u00ff\u007f",
  "J\0\0\0\u0080",
  "\u008a\u00ff",
  "\u008a\u0008\0\0\0\0\0\0\0\u007f",
  "G\u007f\u00f8\0\0\0\0\0\0",
  "X\u0005\0\0\0model",
  "}]a",
  "]q\u0009h\u0009a",
  "N".repeat(500),
  ".",
].map((piece) => Uint8Array.from(piece, (character) => character.charCodeAt(0)));

/** Numbers that are easily got wrong, in 4 bytes. */
const NUMBERS = [
  0, 1, 2, 7, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x04034b50, 0x02014b50, 0x06054b50,
];

test(`${MUTATIONS} mutated .pt files are each read rightly or refused with a typed error, in little time and memory`, async () => {
  const outcomes = { read: 0, refused: 0 };
  for (let seed = 0; seed < 20; seed++) await attempt(seed, outcomes); // what the code itself takes is not counted
  const before = process.resourceUsage().maxRSS;
  for (let seed = 0; seed < MUTATIONS; seed++) await attempt(seed, outcomes);
  const taken = (process.resourceUsage().maxRSS - before) * 1024;
  expect(outcomes.read + outcomes.refused).toBe(MUTATIONS + 20);
  // Both paths are really taken: some mutations (of a name, of what nobody needs) leave a valid file.
  expect(outcomes.read).toBeGreaterThan(MUTATIONS / 100);
  expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 2);
  expect(taken).toBeLessThan(MEMORY_BYTES);
  if (process.env.SAM2JS_MUTATIONS) console.log(outcomes, `${(taken / 1e6).toFixed(0)} MB`);
}, 600_000);

async function attempt(seed: number, outcomes: { read: number; refused: number }): Promise<void> {
  const next = random(seed);
  try {
    const file = seed % 2 === 0 ? bytesFile("m", mutateSmall(next)) : mutateMeta(next);
    const tensors = seed % 2 === 0 ? await readState(file, "m") : (await readWhole(file)).tensors;
    for (const { dims, dtype, byteOffset, byteLength, file: own } of tensors.values()) {
      expect(byteLength, `seed ${seed}`).toBe((dims.reduce((a, b) => a * b, 1) * DTYPE_BITS[dtype]) / 8);
      expect(byteOffset + byteLength, `seed ${seed}`).toBeLessThanOrEqual(own.sizeBytes);
      expect(byteOffset, `seed ${seed}`).toBeGreaterThanOrEqual(0);
    }
    outcomes.read++;
  } catch (error) {
    const isTyped =
      Sam2Error.isInstance(error) && ["INVALID_CHECKPOINT", "INVALID_CONFIG"].includes(error.code);
    if (!isTyped) throw new TypeError(`seed ${seed}`, { cause: error });
    expect(error.message.length, `seed ${seed}`).toBeLessThan(3000);
    outcomes.refused++;
  }
}

async function readWhole(file: ModelFile) {
  const found = await readPytorch(file, meta.given, "m");
  Sam2VideoConfig.parse(found.config);
  return found;
}

const chosen = <T>(list: readonly T[], next: () => number): T => list[Math.floor(next() * list.length)] as T;

/** A small file, whose zip is made anew around a mutated pickle, or is itself mutated. */
function mutateSmall(next: () => number): Uint8Array {
  let pickle: Uint8Array = torchPickle(SMALL);
  for (let round = Math.floor(next() * 3); round > 0; round--) pickle = mutatePickle(pickle, next);
  let members = torchMembers(pickle, STORAGES);
  if (next() < 0.3) members = mutateMembers(members, next);
  let bytes: Uint8Array = zip(members, {
    isLong: next() < 0.3,
    comment: next() < 0.1 ? "PK\u0005\u0006" : "",
  });
  if (next() < 0.3) {
    // The end holds the directory, the beginning the headers of members.
    const at =
      next() < 0.7
        ? bytes.length - 1 - Math.floor(next() * Math.min(600, bytes.length))
        : Math.floor(next() * bytes.length);
    new DataView(bytes.buffer).setUint8(at, next() < 0.5 ? Math.floor(next() * 256) : 0xff);
    if (at + 4 <= bytes.length && next() < 0.5)
      new DataView(bytes.buffer).setUint32(at, chosen(NUMBERS, next), true);
  }
  if (next() < 0.1) bytes = bytes.slice(Math.floor(next() * 40), Math.floor(next() * bytes.length));
  return bytes;
}

function mutatePickle(pickle: Uint8Array, next: () => number): Uint8Array {
  const at = Math.floor(next() * pickle.length);
  const to = Math.min(pickle.length, at + Math.floor(next() * 40));
  const kind = Math.floor(next() * 5);
  const [head, part, tail] = [pickle.slice(0, at), pickle.slice(at, to), pickle.slice(to)];
  if (kind === 0) return concat([head, chosen(PIECES, next), part, tail]);
  if (kind === 1) return concat([head, tail]);
  if (kind === 2) return concat([head, part, part, tail]);
  if (kind === 3) return concat([head, chosen(PIECES, next), tail]);
  return concat([
    head,
    part.map((byte) => (next() < 0.1 ? byte ^ (1 << Math.floor(next() * 8)) : byte)),
    tail,
  ]);
}

function mutateMembers(members: readonly Member[], next: () => number): Member[] {
  const index = Math.floor(next() * members.length);
  const member = members[index] as Member;
  const change = chosen<Partial<Member>>(
    [
      { method: 8 },
      { flags: 1 },
      { flags: 8 },
      { flags: 0xffff },
      { attributes: 0o120777 * 65536 },
      { sizeBytes: Math.floor(next() * 1000) },
      { sizeBytes: chosen(NUMBERS, next) },
      { headerOffset: Math.floor(next() * 1000) },
      { headerOffset: chosen(NUMBERS, next) },
      { name: chosen(members, next).name },
      { name: `../${member.name}` },
      { bytes: member.bytes.slice(1) },
    ],
    next,
  );
  const others = members.filter(() => next() > 0.02);
  return [...others.slice(0, index), { ...member, ...change }, ...others.slice(index + 1)];
}

/** The checkpoint of Meta's model with some bytes changed, in its pickle, its directory or anywhere. */
function mutateMeta(next: () => number): ModelFile {
  const original = bytesFile("m", meta.file);
  const { length } = meta.file;
  const patches = new Map<number, number>();
  for (let round = 1 + Math.floor(next() * 2); round > 0; round--) {
    const where = next();
    const at =
      where < 0.6
        ? Math.floor(next() * 60_000)
        : where < 0.9
          ? length - 1 - Math.floor(next() * 30_000)
          : Math.floor(next() * length);
    const bytes = next() < 0.5 ? chosen(PIECES, next).slice(0, 40) : [Math.floor(next() * 256)];
    for (const [i, byte] of bytes.entries()) patches.set(at + i, byte);
  }
  return {
    ...original,
    async read(begin, end) {
      const bytes = (await original.read(begin, end)).slice();
      for (const [at, byte] of patches) if (at >= begin && at < end) bytes[at - begin] = byte;
      return bytes;
    },
  };
}
