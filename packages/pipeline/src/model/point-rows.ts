import type { PromptRows } from "@sam2js/embeddings";

/** Prompts of one click each. @param points  [P, 2], x before y, in pixels of the model's input */
export function pointRows(points: Float32Array): PromptRows {
  const count = points.length / 2;
  const rows = { count, tokens: 2, points: new Float32Array(count * 4), labels: new Int32Array(count * 2) };
  for (let row = 0; row < count; row++) {
    rows.points.set(points.subarray(2 * row, 2 * row + 2), 4 * row);
    rows.labels.set([1, -1], 2 * row);
  }
  return rows;
}
