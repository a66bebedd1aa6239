import { CheckpointError } from "@sam2js/core";
import { standInFor } from "../files/stand-in.js";
import { parseStrictJson, type StrictJson, StrictJsonProblem } from "../json/strict-json.js";
import { MAX_HEADER_BYTES, MAX_HEADER_DEPTH, MAX_RANK, MAX_TENSORS } from "../limits.js";
import { bitCount, DTYPE_BITS, isSafetensorsDtype, type SafetensorsDtype } from "./dtype.js";

/** One tensor as the header of a safetensors file describes it. */
export interface SafetensorsEntry {
  /** The key in the header. */
  readonly name: string;
  /** One of the format's element types, also those that sam2js cannot compute with. */
  readonly dtype: SafetensorsDtype;
  /** Sizes of the axes, outermost first, at most 16; `[]` for a scalar. */
  readonly dims: readonly number[];
  /** From the start of the file, in bytes; no alignment is promised. */
  readonly byteOffset: number;
  /** As `dims` and `dtype` say; the bytes lie inside the file and belong to no other tensor. */
  readonly byteLength: number;
}

/** What the header of a safetensors file says, after every check. */
export interface SafetensorsHeader {
  /** In the order in which they lie in the file. */
  readonly entries: readonly SafetensorsEntry[];
  /** The header's `__metadata__`; empty where it has none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Length of the little-endian number that a safetensors file begins with. */
export const LENGTH_BYTES = 8;

/**
 * Checks the first 8 bytes of a safetensors file, which say how long its header is.
 *
 * @returns the header's length in bytes, within the file and {@link MAX_HEADER_BYTES}
 * @throws {CheckpointError} no such file
 */
export function parseHeaderLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  if (fileBytes < LENGTH_BYTES || prefix.length < LENGTH_BYTES) {
    refuse(
      file,
      `at least ${LENGTH_BYTES} bytes`,
      String(fileBytes),
      "the file is truncated; download it again",
    );
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    refuse(
      file,
      `a header of at most ${MAX_HEADER_BYTES} bytes`,
      String(length),
      looksLikeOtherFormat(prefix) ?? "the file is no safetensors file, or damaged",
    );
  }
  const bytes = Number(length);
  if (LENGTH_BYTES + bytes > fileBytes) {
    refuse(
      file,
      `${LENGTH_BYTES + bytes} bytes for the header`,
      `a file of ${fileBytes}`,
      "the file is truncated; download it again",
    );
  }
  return bytes;
}

/**
 * Parses and checks the header of a safetensors file. When it returns, the entries cover the file behind the header exactly: in
 * bounds, without holes or overlaps, each as long as its shape and type say.
 *
 * @param header     the bytes behind the first 8
 * @param fileBytes  size of the whole file
 * @param file       what messages call the file
 * @returns entries in the order in which they lie in the file
 * @throws {CheckpointError} with the file, the tensor, what was expected and what came
 */
export function parseHeader(header: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  if (header[0] !== 0x7b) {
    refuse(file, "a header that starts with {", "another", "the file is no safetensors file, or damaged");
  }
  const root = parseRoot(header, file);
  const metadata = parseMetadata(root.get("__metadata__"), file);
  const dataStart = LENGTH_BYTES + header.length;
  const entries: SafetensorsEntry[] = [];
  for (const [name, value] of root) {
    if (name !== "__metadata__") entries.push(parseEntry(name, value, dataStart, fileBytes, file));
  }
  entries.sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  checkCover(entries, dataStart, fileBytes, file);
  return { entries, metadata };
}

function parseRoot(header: Uint8Array, file: string): Map<string, StrictJson> {
  try {
    // The object ends in spaces, by which writers align the data; the grammar allows them. One more entry for __metadata__.
    const root = parseStrictJson(header, MAX_HEADER_DEPTH, MAX_TENSORS + 1);
    if (root instanceof Map) return root;
  } catch (problem) {
    if (!(problem instanceof StrictJsonProblem)) throw problem;
    refuse(file, "a header of JSON", problem.message, "the file is damaged; download it again");
  }
  return refuse(file, "a JSON object as header", "another value", "the file is no safetensors file");
}

function parseMetadata(value: StrictJson | undefined, file: string): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  if (!(value instanceof Map)) {
    return refuse(`${file}: __metadata__`, "an object of strings", show(value), "write the file again");
  }
  for (const [key, entry] of value) {
    if (typeof entry !== "string") {
      refuse(`${file}: __metadata__.${shorten(key)}`, "a string", show(entry), "write the file again");
    }
    metadata.set(key, entry);
  }
  return metadata;
}

function parseEntry(
  name: string,
  value: StrictJson,
  dataStart: number,
  fileBytes: number,
  file: string,
): SafetensorsEntry {
  const wrong = (expected: string, got: string): never =>
    refuse(
      `${file}: tensor ${JSON.stringify(shorten(name))}`,
      expected,
      got,
      "the file is damaged or was written wrongly; get it again",
      name,
    );
  if (!(value instanceof Map)) return wrong("an object with dtype, shape and data_offsets", show(value));
  const dtype = value.get("dtype");
  if (!isSafetensorsDtype(dtype)) {
    return wrong(`dtype ${Object.keys(DTYPE_BITS).join(", ")}`, show(dtype));
  }
  const dims = value.get("shape");
  if (!Array.isArray(dims) || dims.length > MAX_RANK || !dims.every(isSize)) {
    return wrong(`a shape of at most ${MAX_RANK} whole numbers >= 0`, show(dims));
  }
  const offsets = value.get("data_offsets");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return wrong("data_offsets [begin, end] of whole numbers >= 0", show(offsets));
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) return wrong("data_offsets with begin <= end", `[${begin}, ${end}]`);
  if (end > fileBytes - dataStart) {
    return wrong(`data within the ${fileBytes - dataStart} bytes behind the header`, `[${begin}, ${end}]`);
  }
  const bits = bitCount(dims, DTYPE_BITS[dtype]);
  if (bits === undefined || bits !== (end - begin) * 8) {
    const expected = bits === undefined ? "more than a file can hold" : `${bits / 8} bytes`;
    return wrong(`${expected} for ${dtype} ${show(dims)}`, String(end - begin));
  }
  return { name, dtype, dims, byteOffset: dataStart + begin, byteLength: end - begin };
}

function checkCover(
  entries: readonly SafetensorsEntry[],
  dataStart: number,
  fileBytes: number,
  file: string,
): void {
  let end = dataStart;
  let previous = "the header";
  for (const { name, byteOffset, byteLength } of entries) {
    if (byteOffset !== end) {
      const what = byteOffset < end ? "an overlap" : "a hole";
      refuse(
        `${file}: tensor ${JSON.stringify(shorten(name))}`,
        `to start at byte ${end} of the file, where ${previous} ends`,
        `${byteOffset} (${what})`,
        "the file is damaged or was written wrongly; get it again",
        name,
      );
    }
    end = byteOffset + byteLength;
    previous = `tensor ${JSON.stringify(shorten(name))}`;
  }
  if (end !== fileBytes) {
    refuse(
      file,
      `the file to end at byte ${end}, where ${previous} ends`,
      `${fileBytes} bytes`,
      "the file is damaged or was written wrongly; get it again",
    );
  }
}

function isSize(value: StrictJson): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function refuse(where: string, expected: string, got: string, next: string, tensor?: string): never {
  throw new CheckpointError(`${where}: expected ${expected}, got ${got}; ${next}`, {
    name: where,
    expected,
    got,
    ...(tensor === undefined ? {} : { tensor }),
  });
}

function looksLikeOtherFormat(prefix: Uint8Array): string | undefined {
  const start = String.fromCharCode(...prefix.subarray(0, 2));
  if (start === "PK") return "this is a zip file; if PyTorch wrote it, let its name end in .pt";
  if (start.startsWith("\u0080")) return "this is a Python pickle; save the model as safetensors";
  return standInFor(prefix);
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function show(value: StrictJson | undefined): string {
  if (value instanceof Map) return "an object";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_RANK).map((item) => (Array.isArray(item) ? "an array" : show(item)));
    return shorten(`[${shown.join(", ")}${value.length > MAX_RANK ? ", …" : ""}]`);
  }
  return typeof value === "string" ? JSON.stringify(shorten(value)) : String(value ?? "nothing");
}
