import { checkImageSize, fromFloat16, InputError } from "@sam2js/core";
import type { Breathe } from "./in-pieces.js";

/** NumPy's own limit for headers that come from outside. */
const MAX_HEADER_BYTES = 10_000;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** One array [height, width] of a `.npy` file. */
export interface NpyImage {
  /** height · width numbers, row by row. */
  readonly data: Float32Array | Float64Array;
  readonly width: number;
  readonly height: number;
  /** Whether the file holds floats, in which logits are stored. */
  readonly isFloat: boolean;
}

type Read = (view: DataView, at: number, isLittle: boolean) => number;

const READERS: Readonly<Record<string, Read>> = {
  b1: (view, at) => (view.getUint8(at) ? 1 : 0),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u8: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
  i8: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
  f2: (view, at, isLittle) => view.getUint16(at, isLittle), // its bits
  f4: (view, at, isLittle) => view.getFloat32(at, isLittle),
  f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

/** Whether bytes begin as a `.npy` file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a NumPy array of one mask: booleans, integers of 8 to 64 bits or floats of 16 to 64. It may have either byte order, C or Fortran
 * order, and any axes of length 1 around [height, width].
 *
 * @param name  the file, for messages
 * @throws {InputError} another type or shape, or the file is shorter or longer than it says
 * @throws {ImageError} it is larger than a mask may be
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function readNpy(breathe: Breathe, bytes: Uint8Array, name: string): Promise<NpyImage> {
  const expected = "a NumPy array [height, width] of booleans, integers or floats";
  const refuse = (got: string): never => {
    throw InputError.expected(name, expected, got);
  };
  if (bytes.length < 12) return refuse("a file that is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = view.getUint8(6) >= 2;
  const begin = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = begin + length;
  if (length > MAX_HEADER_BYTES || start > bytes.length) return refuse("a damaged header");
  const header = new TextDecoder("latin1").decode(bytes.subarray(begin, start));
  const [, order = "", type = ""] = /'descr':\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(header) ?? [];
  const shape = /'shape':\s*\(([\dL,\s]*)\)/.exec(header)?.[1];
  if (shape === undefined) return refuse("a damaged header");
  const read = READERS[type];
  if (!read)
    return refuse(
      `numbers of the type ${type || "object"}; save array.astype("float32") for logits, array > 0 for a mask`,
    );
  const dims = (shape.match(/\d+/g) ?? []).map(Number);
  const [height, width] = twoAxes(dims) ?? refuse(`[${dims.join(", ")}]; save the one mask that you want`);
  checkImageSize(width, height, name);
  const size = Number(type.slice(1));
  if (bytes.length - start !== height * width * size)
    return refuse(
      `${bytes.length - start} bytes for [${dims.join(", ")}] of ${size} bytes each; save it anew`,
    );
  const isFloat = type.startsWith("f");
  const data = type === "f4" ? new Float32Array(height * width) : new Float64Array(height * width);
  const isFortran = /'fortran_order':\s*True/.test(header);
  const [rowStep, columnStep] = isFortran ? [size, size * height] : [size * width, size];
  for (let y = 0, i = 0; y < height; y += 1) {
    await breathe();
    for (let x = 0; x < width; x += 1, i += 1)
      data[i] = read(view, start + y * rowStep + x * columnStep, order !== ">");
  }
  return { data: type === "f2" ? fromFloat16(data) : data, width, height, isFloat };
}

/** [height, width] without the axes of length 1 before and after; undefined where there is more than one mask. */
function twoAxes(dims: readonly number[]): readonly [number, number] | undefined {
  let [first, last] = [0, dims.length];
  while (last - first > 2 && dims[first] === 1) first += 1;
  while (last - first > 2 && dims[last - 1] === 1) last -= 1;
  return last - first === 2 ? [dims[first]!, dims[first + 1]!] : undefined;
}
