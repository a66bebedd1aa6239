import { Tensor } from "@sam2js/core";
import type { Golden, GoldenCase } from "@sam2js/reference";

/** Points, box corners and the closing point of label −1, as the reference lines them up: [N, K, 2] and [N, K]. */
export function readPrompts(golden: Golden, { inputs = {} }: GoldenCase) {
  const points = inputs.input_points ? golden.resolveTensor(inputs.input_points) : undefined;
  const labels = inputs.input_labels ? golden.resolveTensor(inputs.input_labels) : undefined;
  const boxes = inputs.input_boxes ? golden.resolveTensor(inputs.input_boxes) : undefined;
  const objects = (points ?? boxes)?.dims[1] ?? 1;
  const rows = Array.from({ length: objects }, (_, n) => {
    const count = points?.dims[2] ?? 0;
    const own = Array.from({ length: count }, (_, k) => ({
      point: [points?.data[(n * count + k) * 2] as number, points?.data[(n * count + k) * 2 + 1] as number],
      label: labels ? (labels.data[n * count + k] as number) : 1,
    }));
    const corners = boxes
      ? [0, 1].map((corner) => ({
          point: [0, 1].map((axis) => boxes.data[n * 4 + corner * 2 + axis] as number),
          label: 2 + corner,
        }))
      : [];
    const none = points || boxes ? [] : [{ point: [0, 0], label: -1 }];
    return [...own, ...corners, ...none, { point: [0, 0], label: -1 }];
  });
  const length = rows[0]?.length ?? 0;
  return {
    points: new Tensor("float32", Float32Array.from(rows.flat().flatMap(({ point }) => point)), [
      objects,
      length,
      2,
    ]),
    labels: new Tensor("int32", Int32Array.from(rows.flat().map(({ label }) => label)), [objects, length]),
  };
}
