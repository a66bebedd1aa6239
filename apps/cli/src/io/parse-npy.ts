import { InputError, Tensor } from "@sam2js/core";

/** Far more than a mask: 16384 x 16384. */
const MAX_VALUES = 2 ** 28;
/** NumPy's own limit for headers that come from outside. */
const MAX_HEADER_BYTES = 10_000;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** An array out of a `.npy` file, as float32. */
export interface NpyArray {
  readonly tensor: Tensor<"float32">;
  /** Whether the values were booleans or bytes, so that they mark pixels rather than being logits. */
  readonly isBitmap: boolean;
}

type Reader = (view: DataView, at: number) => number;

const READERS: Readonly<Record<string, { readonly size: number; readonly read: Reader }>> = {
  "|b1": { size: 1, read: (view, at) => view.getUint8(at) },
  "|u1": { size: 1, read: (view, at) => view.getUint8(at) },
  "|i1": { size: 1, read: (view, at) => view.getInt8(at) },
  "<f4": { size: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": { size: 8, read: (view, at) => view.getFloat64(at, true) },
  "<f2": { size: 2, read: (view, at) => half(view.getUint16(at, true)) },
};

/**
 * Reads a NumPy array of floats, bytes or booleans, in C order.
 *
 * @param name  the file, for messages
 * @throws {InputError} it is no such file, or shorter or longer than it says
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const refuse = (what: string): never => {
    throw new InputError(`${name}: expected a NumPy array of floats or booleans, got ${what}`, { name });
  };
  if (bytes.length < 12 || !MAGIC.every((byte, i) => bytes[i] === byte))
    return refuse("another kind of file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = view.getUint8(6) >= 2;
  const start = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > MAX_HEADER_BYTES || start + length > bytes.length) return refuse("a damaged header");
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "unknown";
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (shape === undefined) return refuse("a damaged header");
  if (/'fortran_order':\s*True/.test(header)) return refuse("Fortran order; save numpy.ascontiguousarray(…)");
  const reader = READERS[type];
  if (!reader) return refuse(`the type ${type}; save array.astype("float32")`);
  const dims = shape
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  const count = dims.reduce((product, size) => product * size, 1);
  if (!(count <= MAX_VALUES)) return refuse(`${count} values; at most ${MAX_VALUES} are taken`);
  if (bytes.length - start - length !== count * reader.size)
    return refuse("a file of another length than it says");
  const data = new Float32Array(count);
  for (let i = 0, at = start + length; i < count; i++, at += reader.size) data[i] = reader.read(view, at);
  return { tensor: new Tensor("float32", data, dims), isBitmap: reader.size === 1 };
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
