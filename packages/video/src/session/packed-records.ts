import type { CheckedBytes } from "@sam2js/core";
import { type BlockForm, packBlocks, takeBlocks } from "../pack/pack-blocks.js";
import { packBfloat16, unpackBfloat16 } from "../state/bfloat16.js";
import type { FrameRecord, RecordSizes, StoredMemory } from "../state/tracked-object.js";

/** Bytes of the packed numbers of an object; missing where it has none of them. */
export interface PackedLengths {
  readonly memory?: number;
  readonly pointer?: number;
  readonly logits?: number;
}

/** Gives the numbers of records in the order in which they were written. */
export interface RecordReader {
  pointer(): Float32Array;
  memory(): StoredMemory;
  logits(): Float32Array;
}

/** A pointer is small: finer steps than those of memories cost little. */
const POINTER_STEPS = 255;

/** The numbers of an object's records, to be written one after the other. */
export interface RecordBlocks {
  /** Missing where numbers stand as they are. */
  readonly packed?: PackedLengths;
  readonly blocks: readonly (Float32Array | Uint16Array | Uint8Array)[];
}

/**
 * The numbers of an object's records. As they are: pointer (float32), memory (bfloat16; float32 of EdgeTAM), logits (float32) of each.
 *
 * @param steps  or packed: memories and logits in so many steps over the range of each channel, 1 to 255
 */
export function recordBlocks(
  records: readonly FrameRecord[],
  sizes: Pick<RecordSizes, "memoryChannels"> | undefined,
  steps?: number,
): RecordBlocks {
  if (steps === undefined || !sizes) {
    const each = ({ pointer, memory, logits }: FrameRecord) => [pointer, memory, logits];
    return { blocks: records.flatMap(each).filter((block) => block !== undefined) };
  }
  const memories = records.flatMap(({ memory }) => (memory ? [toFloat(memory)] : []));
  const pointers = records.map(({ pointer }) => pointer);
  const logits = records.flatMap((record) => (record.logits ? rowsOf(record.logits) : []));
  const lengths: { -readonly [Name in keyof PackedLengths]: number } = {};
  const blocks: (Float32Array | Uint8Array)[] = [];
  const add = (
    name: keyof PackedLengths,
    parts: readonly Float32Array[],
    columns: number,
    options: Parameters<typeof packBlocks>[2],
  ) => {
    const [first] = parts;
    if (!first) return;
    const packed = packBlocks(parts, { size: first.length, columns }, options);
    lengths[name] = packed[2].length;
    blocks.push(...packed);
  };
  add("memory", memories, sizes.memoryChannels, { most: steps });
  add("pointer", pointers, 1, { most: POINTER_STEPS });
  add("logits", logits, 1, { most: steps, splitsAtZero: true });
  return { packed: lengths, blocks };
}

/** Reads what {@link recordBlocks} packed. */
export function packedReader(
  reader: CheckedBytes,
  lengths: PackedLengths,
  { memory, memoryChannels, hasFloatMemory, pointer, logits }: RecordSizes,
): RecordReader {
  const refuse = () => reader.refuse("packed numbers for each record", "none");
  const open = (length: number | undefined, form: BlockForm) =>
    length === undefined ? refuse : takeBlocks(reader, length, form);
  const side = Math.sqrt(logits);
  const nextMemory = open(lengths.memory, { size: memory, columns: memoryChannels });
  const nextPointer = open(lengths.pointer, { size: pointer, columns: 1 });
  const nextRow = open(lengths.logits, { size: side, columns: 1 });
  return {
    memory: () => (hasFloatMemory ? nextMemory() : packBfloat16(nextMemory())),
    pointer: nextPointer,
    logits: () => {
      const plane = new Float32Array(logits);
      for (let row = 0; row < side; row++) plane.set(nextRow(), row * side);
      return plane.map((root) => root * Math.abs(root));
    },
  };
}

/** Reads records whose numbers follow each other as they are. */
export function exactReader(reader: CheckedBytes, sizes: RecordSizes): RecordReader {
  return {
    memory: () =>
      reader.take<Float32Array | Uint16Array>(
        sizes.hasFloatMemory ? Float32Array : Uint16Array,
        sizes.memory,
      ),
    pointer: () => reader.take(Float32Array, sizes.pointer),
    logits: () => reader.take(Float32Array, sizes.logits),
  };
}

function toFloat(memory: StoredMemory): Float32Array {
  if (memory instanceof Float32Array) return memory;
  const values = new Float32Array(memory.length);
  unpackBfloat16(memory, values);
  return values;
}

/** The rows of a square of logits, as their roots: steps are finest about 0, where masks have their borders. */
function rowsOf(logits: Float32Array): Float32Array[] {
  const side = Math.sqrt(logits.length);
  const roots = logits.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value)));
  return Array.from({ length: side }, (_, row) => roots.subarray(row * side, (row + 1) * side));
}
