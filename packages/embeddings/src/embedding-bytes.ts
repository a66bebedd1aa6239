import { type ByteFormat, CheckedBytes, Tensor, writeCheckedBytes } from "@sam2js/core";
import type { DecoderEmbeddings } from "@sam2js/graph";
import { isPrecision, type Precision, packNumbers, takeNumbers } from "./precision.js";

/** A header holds a few numbers per image; more is no header of ours. */
const FORMAT: ByteFormat = {
  mark: "S2EM",
  what: "serialized image embeddings",
  madeBy: "ImageEmbeddings.serialize()",
  maxHeaderBytes: 1 << 20,
};

/** The picture that was encoded, for those who have its embeddings alone. */
export interface PictureFacts {
  /** SHA-256 of the picture's file, in hexadecimal digits. */
  readonly sha256: string;
  /** [height, width] of the picture in pixels, to which prompts and masks refer. */
  readonly size: readonly [number, number];
}

export interface EmbeddingContent {
  readonly images: readonly DecoderEmbeddings[];
  readonly size: readonly [number, number];
  readonly fingerprint: string | undefined;
  readonly picture?: PictureFacts | undefined;
}

interface Header {
  readonly size: readonly [number, number];
  readonly fingerprint?: string;
  readonly precision?: Precision;
  readonly picture?: PictureFacts;
  readonly images: number;
  /** Columns per cell of the three levels. */
  readonly columns: readonly [number, number, number];
}

/** The header, then for each image `imageEmbed`, `highRes1`, `highRes0` in a precision. */
export function writeEmbeddings(content: EmbeddingContent, precision: Precision): Uint8Array<ArrayBuffer> {
  const { images, size, fingerprint, picture } = content;
  const [first] = images;
  const columns = first ? levels(first).map((tensor) => tensor.dims[2] ?? 0) : [0, 0, 0];
  const header = { size, fingerprint, precision, picture, images: images.length, columns };
  return writeCheckedBytes(
    FORMAT,
    header,
    images.flatMap(levels).flatMap(({ data, dims }) => packNumbers(data, dims[2] ?? 0, precision)),
  );
}

/** @throws {InputError} not such bytes */
export function parseEmbeddings(bytes: Uint8Array): EmbeddingContent {
  const reader = new CheckedBytes(FORMAT, bytes);
  const header = parseHeader(reader.header) ?? reader.refuse("a valid header", "another");
  const [height, width] = header.size;
  const cells = height * width;
  const { precision = "f32", fingerprint, picture } = header;
  const read = (columns: number) =>
    new Tensor("float32", takeNumbers(reader, cells, columns, precision), [1, cells, columns]);
  const [coarse, middle, fine] = header.columns;
  const images: DecoderEmbeddings[] = [];
  for (let image = 0; image < header.images; image++) {
    images.push({ imageEmbed: read(coarse), highRes1: read(middle), highRes0: read(fine) });
  }
  reader.end();
  return { images, size: header.size, fingerprint, picture };
}

function parseHeader(json: unknown): Header | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { size, columns, images, fingerprint, precision, picture } = json as Record<string, unknown>;
  const isCount = (value: unknown) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 24;
  const areCounts = (value: unknown, length: number) =>
    Array.isArray(value) && value.length === length && value.every(isCount);
  if (!areCounts(size, 2) || !areCounts(columns, 3) || !isCount(images)) return undefined;
  if (fingerprint !== undefined && typeof fingerprint !== "string") return undefined;
  if (precision !== undefined && !isPrecision(precision)) return undefined;
  if (picture !== undefined) {
    const { sha256, size: shown } = (picture ?? {}) as Record<string, unknown>;
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256) || !areCounts(shown, 2))
      return undefined;
  }
  return json as Header;
}

function levels(tensors: DecoderEmbeddings): Tensor<"float32">[] {
  return [tensors.imageEmbed, tensors.highRes1, tensors.highRes0];
}
