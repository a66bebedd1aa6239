import type { Checkpoint } from "@sam2js/checkpoint";
import {
  EngineError,
  InputError,
  type SavedFile,
  type WeightFile,
  type WeightPlacement,
  type WeightRange,
} from "@sam2js/core";
import type { ExportedGraph } from "@sam2js/graph";

/** What protobuf, and with it an ONNX file, can hold; the rest is room for the graph. */
const MOST_BYTES_INSIDE = 2 ** 31 - 2 ** 26;
/** Where weights begin in a file of their own: a cache line, so that engines may use them in place. */
const ALIGNMENT = 64;

/** The weights of a model, where graphs look for them. */
export interface ExportSource {
  readonly checkpoint: Checkpoint;
  readonly signal: AbortSignal;
}

/**
 * A graph as a file with its weights inside. It is written when its content is asked for, so that one model at a time is in memory.
 *
 * @throws {InputError} the weights are larger than such a file can be
 */
export function wholeFile({ name, graph }: ExportedGraph, source: ExportSource): SavedFile {
  const place = async (ranges: readonly WeightRange[], files: readonly WeightFile[]) => {
    const sizeBytes = ranges.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (sizeBytes > MOST_BYTES_INSIDE) {
      const expected = `at most ${MOST_BYTES_INSIDE} bytes of weights in a file`;
      throw InputError.expected(`${name}.onnx`, expected, sizeBytes, "use --external-data");
    }
    const read = reader(files, source);
    const placements: WeightPlacement[] = [];
    for (const range of ranges) placements.push({ bytes: await read(range) });
    return placements;
  };
  async function* content() {
    yield (await graph.build(place)).model;
  }
  return { name: `${name}.onnx`, content };
}

/**
 * A graph as a small file, and its weights as another beside it. A range that is referred to twice is written once.
 *
 * @param ending  of the weights' file, behind the graph's name
 */
export async function filesWithData(
  { name, graph }: ExportedGraph,
  source: ExportSource,
  ending = ".onnx.data",
): Promise<readonly SavedFile[]> {
  const location = `${name.slice(name.lastIndexOf("/") + 1)}${ending}`;
  const offsets = new Map<string, { readonly range: WeightRange; readonly byteOffset: number }>();
  let read = reader([], source);
  let end = 0;
  const { model } = await graph.build(async (ranges, files) => {
    read = reader(files, source);
    return ranges.map((range) => {
      const key = JSON.stringify([range.location, range.byteOffset, range.byteLength]);
      const known = offsets.get(key) ?? { range, byteOffset: end };
      if (!offsets.has(key)) end += Math.ceil(range.byteLength / ALIGNMENT) * ALIGNMENT;
      offsets.set(key, known);
      return { location, byteOffset: known.byteOffset };
    });
  });
  async function* content() {
    for (const { range } of offsets.values()) {
      yield await read(range);
      yield new Uint8Array(Math.ceil(range.byteLength / ALIGNMENT) * ALIGNMENT - range.byteLength);
    }
  }
  const graphFile = { name: `${name}.onnx`, content: () => model };
  return offsets.size > 0 ? [{ name: `${name}${ending}`, content }, graphFile] : [graphFile];
}

/** Reads ranges of the files of a checkpoint, and of those that were converted in memory. */
function reader(
  files: readonly WeightFile[],
  { checkpoint, signal }: ExportSource,
): (range: WeightRange) => Promise<Uint8Array> {
  const opened = [...checkpoint.tensors.values()].map(({ file }) => file);
  const readers = new Map(
    files.map(({ location, source }) => [
      location,
      source.kind === "bytes"
        ? async (begin: number, end: number) => source.bytes.subarray(begin, end)
        : (begin: number, end: number) =>
            opened.find((file) => file.source === source)?.read(begin, end, signal),
    ]),
  );
  return async ({ location, byteOffset, byteLength }) => {
    signal.throwIfAborted();
    const bytes = await readers.get(location)?.(byteOffset, byteOffset + byteLength);
    if (bytes) return bytes;
    throw EngineError.expected("weights", `a file of ${checkpoint.name}`, location, "load the model again");
  };
}
