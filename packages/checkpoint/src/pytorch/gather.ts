import { elementCount, type ModelFile } from "@sam2js/core";
import { bytesFile } from "../files/memory-file.js";

/** What graphs call the file of a gathered tensor. */
const LOCATION = "gathered-weights";
const UNITS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** A view of a file whose elements do not follow each other row by row. */
export interface StridedView {
  readonly file: ModelFile;
  /** Of its first element, from the start of the file. */
  readonly byteOffset: number;
  /** Bytes of an element: 1, 2, 4 or 8. */
  readonly elementBytes: number;
  readonly dims: readonly number[];
  /** From one index of an axis to the next, in elements. */
  readonly strides: readonly number[];
}

/** Bytes from the first to the last element of a view, which has some. */
export function spanBytes({ elementBytes, dims, strides }: Omit<StridedView, "file" | "byteOffset">): number {
  const last = dims.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), 0);
  return (last + 1) * elementBytes;
}

/** The elements of a view row by row, copied into memory. */
export async function gather(view: StridedView, signal?: AbortSignal): Promise<ModelFile> {
  const { file, byteOffset, elementBytes } = view;
  const span = (await file.read(byteOffset, byteOffset + spanBytes(view), signal)).slice();
  // Eight bytes are two units, on an axis of their own.
  const isDouble = elementBytes === 8;
  const Unit = UNITS[isDouble ? 4 : (elementBytes as 1 | 2 | 4)];
  const dims = isDouble ? [...view.dims, 2] : view.dims;
  const strides = isDouble ? [...view.strides.map((stride) => 2 * stride), 1] : view.strides;
  const from = new Unit(span.buffer);
  const to = new Unit(elementCount(dims));
  const index = dims.map(() => 0);
  for (let i = 0, at = 0; i < to.length; i++) {
    to[i] = from[at] as number;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const [size, stride] = [dims[axis] as number, strides[axis] as number];
      at += stride;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < size) break;
      at -= stride * size;
      index[axis] = 0;
    }
  }
  return bytesFile(LOCATION, new Uint8Array(to.buffer));
}
