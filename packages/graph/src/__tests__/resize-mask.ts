import { Tensor, type TensorLike } from "@sam2js/core";

/** The reference's way of a mask prompt to the model input: bilinear with antialias, then at least one half. [H, W] → [1, 1, S, S]. */
export function resizeMask({ data, dims }: TensorLike, size: number): Tensor {
  const [height = 0, width = 0] = dims;
  const rows = Array.from({ length: height }, (_, y) =>
    resizeLine(Array.from(data.subarray(y * width, (y + 1) * width)), size),
  );
  const columns = Array.from({ length: size }, (_, x) =>
    resizeLine(
      rows.map((row) => row[x] as number),
      size,
    ),
  );
  const result = Float32Array.from({ length: size * size }, (_, i) =>
    (columns[i % size]?.[Math.floor(i / size)] as number) >= 0.5 ? 1 : 0,
  );
  return new Tensor("float32", result, [1, 1, size, size]);
}

/** A triangle as wide as the pixels of the result, or of the source where those are wider. */
function resizeLine(line: readonly number[], size: number): number[] {
  const scale = line.length / size;
  const support = Math.max(1, scale);
  return Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * scale;
    let sum = 0;
    let total = 0;
    for (const [j, value] of line.entries()) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support);
      sum += weight * value;
      total += weight;
    }
    return sum / total;
  });
}
