import type { TensorLike } from "@sam2js/core";
import type { Tensor as OrtTensor, TensorConstructor } from "onnxruntime-web";

interface Float16Global {
  readonly Float16Array?: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Uint16Array;
}

/** A host tensor as the engine takes it. float16 travels as Uint16Array here; where JavaScript has a Float16Array, the engine wants that. */
export function toOrt(Tensor: TensorConstructor, { type, dims, data }: TensorLike): OrtTensor {
  if (type !== "float16") return new Tensor(type, data, dims);
  const { Float16Array } = globalThis as Float16Global;
  const bits = data as Uint16Array;
  return new Tensor(
    type,
    Float16Array ? new Float16Array(bits.buffer, bits.byteOffset, bits.length) : bits,
    dims,
  );
}

/** A tensor of the engine in host memory, with an array that the engine does not use again. */
export async function fromOrt(tensor: OrtTensor): Promise<TensorLike> {
  const data = await tensor.getData();
  const dims = [...tensor.dims];
  switch (tensor.type) {
    case "float32":
      return { type: "float32", dims, data: data as Float32Array };
    case "int32":
      return { type: "int32", dims, data: data as Int32Array };
    case "bool":
    case "uint8":
      return { type: "uint8", dims, data: data as Uint8Array };
    case "float16": {
      const { buffer, byteOffset, length } = data as Uint16Array;
      return { type: "float16", dims, data: new Uint16Array(buffer, byteOffset, length) };
    }
    default:
      throw new TypeError(
        `the graph gives ${tensor.type}; outputs must be float32, float16, int32, uint8 or bool`,
      );
  }
}
