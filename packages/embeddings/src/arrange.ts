import { elementCount, Tensor } from "@sam2js/core";

/** Puts arrays of equal meaning behind each other. @param dims  shape of the whole */
function stacked(parts: readonly Float32Array[], dims: readonly number[]): Tensor<"float32"> {
  const data = new Float32Array(elementCount(dims));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return new Tensor("float32", data, dims);
}

/** Joins lists of tensors, one list per slice of a batch, along the first axis. A single slice is handed on as it is. */
export function joinRows(slices: readonly (readonly Tensor<"float32">[])[]): Tensor<"float32">[] {
  const [first = []] = slices;
  if (slices.length === 1) return [...first];
  return first.map((tensor, index) => {
    const parts = slices.map((slice) => slice[index] as Tensor<"float32">);
    const rows = parts.reduce((sum, part) => sum + (part.dims[0] ?? 0), 0);
    return stacked(
      parts.map((part) => part.data),
      [rows, ...tensor.dims.slice(1)],
    );
  });
}

/** A batch of one, repeated: [1, ...] → [count, ...]. */
export function repeatRows(tensor: Tensor<"float32">, count: number): Tensor<"float32"> {
  return stacked(new Array<Float32Array>(count).fill(tensor.data), [count, ...tensor.dims.slice(1)]);
}

/** [B, C, h, w] → [h·w, B, C]. */
export function cellsFirst(tensor: Tensor<"float32">): Tensor<"float32"> {
  const [batch = 0, channels = 0, height = 0, width = 0] = tensor.dims;
  const cells = height * width;
  const data = new Float32Array(tensor.size);
  for (let row = 0; row < batch * channels; row++) {
    for (let cell = 0; cell < cells; cell++) {
      data[cell * batch * channels + row] = tensor.data[row * cells + cell] ?? 0;
    }
  }
  return new Tensor("float32", data, [cells, batch, channels]);
}
