/**
 * Host tensors to the engine's and back, without a copy. float16 travels as Uint16Array here; where JavaScript has a
 * Float16Array, the engine's library wants that one.
 *
 * @typedef {import("@sam2js/core").TensorLike} TensorLike
 * @typedef {import("onnxruntime-common").Tensor} OrtTensor
 */

/**
 * @param {import("onnxruntime-common").TensorConstructor} Tensor
 * @param {TensorLike} tensor
 * @param {boolean} [isWide]  whether the graph wants int64 for int32, as graphs of other programs do
 * @returns {OrtTensor}
 */
export function toOrt(Tensor, { type, dims, data }, isWide = false) {
  if (type === "int32" && isWide) {
    return new Tensor("int64", BigInt64Array.from(/** @type {Int32Array} */ (data), BigInt), dims);
  }
  if (type !== "float16") return new Tensor(type, unshared(data), dims);
  const bits = /** @type {Uint16Array} */ (unshared(data));
  const Float16 = /** @type {{ Float16Array?: Uint16ArrayConstructor }} */ (globalThis).Float16Array;
  return new Tensor(type, Float16 ? new Float16(bits.buffer, bits.byteOffset, bits.length) : bits, dims);
}

/**
 * @param {OrtTensor} tensor
 * @returns {Promise<TensorLike>}
 */
export async function fromOrt(tensor) {
  const data = await tensor.getData();
  const dims = [...tensor.dims];
  switch (tensor.type) {
    case "float32":
      return { type: "float32", dims, data: /** @type {Float32Array} */ (data) };
    case "int32":
      return { type: "int32", dims, data: /** @type {Int32Array} */ (data) };
    case "bool":
    case "uint8":
      return { type: "uint8", dims, data: /** @type {Uint8Array} */ (data) };
    case "float16": {
      const { buffer, byteOffset, length } = /** @type {Uint16Array} */ (data);
      return { type: "float16", dims, data: new Uint16Array(buffer, byteOffset, length) };
    }
    default:
      throw new TypeError(
        `the graph gives ${tensor.type}; outputs must be float32, float16, int32, uint8 or bool`,
      );
  }
}

/**
 * The engine refuses arrays on a SharedArrayBuffer as inputs.
 *
 * @template {Float32Array | Uint16Array | Int32Array | Uint8Array} T
 * @param {T} data
 * @returns {T}
 */
function unshared(data) {
  return data.buffer instanceof ArrayBuffer ? data : /** @type {T} */ (data.slice());
}
