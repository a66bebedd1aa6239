import { checkOptions, checkTensor, type TensorLike, type TensorType } from "@sam2js/core";

const DESCRIPTIONS: Readonly<Record<TensorType, string>> = {
  float32: "<f4",
  float16: "<f2",
  int32: "<i4",
  uint8: "|u1",
};

/**
 * A tensor as the bytes of a NumPy `.npy` file (version 1.0, C order, little-endian).
 *
 * @param options.boolean  says that a uint8 tensor of 0 and 1 holds booleans. Default false
 * @throws {ShapeError} type, shape and data do not agree
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function toNpy(
  tensor: TensorLike,
  options: { readonly boolean?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  checkOptions(options, ["boolean"], "toNpy options");
  checkTensor(tensor, "tensor");
  const description = options.boolean && tensor.type === "uint8" ? "|b1" : DESCRIPTIONS[tensor.type];
  const shape = tensor.dims.length === 1 ? `(${tensor.dims[0]},)` : `(${tensor.dims.join(", ")})`;
  const header = `{'descr': '${description}', 'fortran_order': False, 'shape': ${shape}, }`;
  // Magic, version and header length are 10 bytes; the header ends in a newline, and the data start at a multiple of 64.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const { data } = tensor;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (start - 10) & 255, (start - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}
