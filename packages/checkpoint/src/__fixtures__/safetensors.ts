import type { SafetensorsDtype } from "../index.js";
import { concat } from "./concat.js";

/** A tensor to be written into a test file. */
export interface TestTensor {
  readonly name: string;
  readonly dtype?: SafetensorsDtype;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** A float32 tensor with these values. */
export function float32(name: string, dims: readonly number[], values: readonly number[]): TestTensor {
  return { name, dims, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** A valid safetensors file; `padTo` is the alignment of the data, 8 as the reference writes it. */
export function safetensors(tensors: readonly TestTensor[], { padTo = 8, metadata = {} } = {}): Uint8Array {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: { format: "pt", ...metadata } };
  for (const { name, dtype = "F32", dims, bytes } of tensors) {
    header[name] = { dtype, shape: dims, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const text = JSON.stringify(header);
  return withHeader(text.padEnd(Math.ceil(text.length / padTo) * padTo), concat(tensors.map(({ bytes }) => bytes)));
}

/** A file with any header text and data, valid or not. */
export function withHeader(header: string | Uint8Array, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return concat([length, text, data]);
}
