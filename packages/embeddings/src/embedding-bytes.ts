import { InputError, Tensor } from "@sam2js/core";
import type { DecoderEmbeddings } from "@sam2js/graph";

const MAGIC = "S2EM";
const VERSION = 1;
const PREFIX_BYTES = 12; // magic, version, length of the header
/** A header holds a few numbers per image; more is no header of ours. */
const MAX_HEADER_BYTES = 1 << 20;

export interface EmbeddingContent {
  readonly images: readonly DecoderEmbeddings[];
  readonly size: readonly [number, number];
  readonly fingerprint: string | undefined;
}

interface Header {
  readonly size: readonly [number, number];
  readonly fingerprint?: string;
  readonly images: number;
  /** Columns per cell of the three levels. */
  readonly columns: readonly [number, number, number];
}

/**
 * Layout: `S2EM`, version (uint32 little-endian), length of the JSON header, the header, padding to a multiple of 4, then for each image
 * `imageEmbed`, `highRes1`, `highRes0` as float32 little-endian.
 */
export function writeEmbeddings({ images, size, fingerprint }: EmbeddingContent): Uint8Array {
  const [first] = images;
  const columns = first ? levels(first).map((tensor) => tensor.dims[2] ?? 0) : [0, 0, 0];
  const header = new TextEncoder().encode(
    JSON.stringify({ size, fingerprint, images: images.length, columns }),
  );
  const start = align(PREFIX_BYTES + header.length);
  const floats = images.flatMap(levels).reduce((sum, tensor) => sum + tensor.size, 0);
  const bytes = new Uint8Array(start + 4 * floats);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, PREFIX_BYTES);
  let at = start;
  for (const tensor of images.flatMap(levels)) {
    for (const value of tensor.data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/** @throws {InputError} not such bytes */
export function parseEmbeddings(bytes: Uint8Array): EmbeddingContent {
  const refuse = (expected: string, got: unknown): never => {
    throw new InputError(
      `serialized image embeddings: expected ${expected}, got ${got}; use the bytes of ImageEmbeddings.serialize() unchanged`,
      { name: "serialized image embeddings", expected, got },
    );
  };
  if (!(bytes instanceof Uint8Array)) refuse("a Uint8Array", typeof bytes);
  if (bytes.length < PREFIX_BYTES) refuse(`at least ${PREFIX_BYTES} bytes`, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== MAGIC) refuse(`the mark "${MAGIC}"`, JSON.stringify(magic));
  const version = view.getUint32(4, true);
  if (version !== VERSION) refuse(`version ${VERSION}`, version);
  const headerLength = view.getUint32(8, true);
  if (headerLength > MAX_HEADER_BYTES || PREFIX_BYTES + headerLength > bytes.length)
    refuse("a whole header", headerLength);
  const header =
    parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength)) ??
    refuse("a valid header", "another");
  const [height, width] = header.size;
  const cells = height * width;
  const start = align(PREFIX_BYTES + headerLength);
  const length = start + 4 * header.images * cells * header.columns.reduce((sum, count) => sum + count, 0);
  if (length !== bytes.length) refuse(`${length} bytes`, bytes.length);
  let at = start;
  const read = (columns: number) => {
    const data = new Float32Array(cells * columns);
    for (let i = 0; i < data.length; i++, at += 4) data[i] = view.getFloat32(at, true);
    return new Tensor("float32", data, [1, cells, columns]);
  };
  const images = Array.from({ length: header.images }, () => {
    const [coarse, middle, fine] = header.columns;
    return { imageEmbed: read(coarse), highRes1: read(middle), highRes0: read(fine) };
  });
  return { images, size: header.size, fingerprint: header.fingerprint };
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const { size, columns, images, fingerprint } = json as Record<string, unknown>;
  const isCount = (value: unknown) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 24;
  const areCounts = (value: unknown, length: number) =>
    Array.isArray(value) && value.length === length && value.every(isCount);
  if (!areCounts(size, 2) || !areCounts(columns, 3) || !isCount(images)) return undefined;
  if (fingerprint !== undefined && typeof fingerprint !== "string") return undefined;
  return json as Header;
}

function levels(tensors: DecoderEmbeddings): Tensor<"float32">[] {
  return [tensors.imageEmbed, tensors.highRes1, tensors.highRes0];
}

function align(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}
