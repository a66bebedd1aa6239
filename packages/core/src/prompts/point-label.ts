/** What the label of a point says; numbers are those of SAM 2's prompt encoder. */
export const POINT_LABEL = {
  outside: 0,
  inside: 1,
  boxTopLeft: 2,
  boxBottomRight: 3,
  /** Not a point: the token that ends every list of points. */
  none: -1,
  /** Fills lists that are shorter than the longest; coordinates of -10 are padding too. */
  padding: -10,
} as const;

const LABELS: readonly number[] = Object.values(POINT_LABEL);

/** Whether the model knows a label. */
export function isPointLabel(value: number): boolean {
  return LABELS.includes(value);
}
