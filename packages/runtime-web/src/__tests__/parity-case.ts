import type { TensorType } from "@sam2js/core";

/** A tensor that the test site serves. */
export interface ServedTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly path: string;
}

/** A golden of `Sam2Model.forward`, as it is handed to the page. */
export interface ParityCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, ServedTensor>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<"iouScores" | "predMasks" | "objectScoreLogits", ServedTensor>>;
  readonly embeddings: readonly ServedTensor[];
}

/** How far a case is from its golden. */
export interface Closeness {
  readonly name: string;
  /** The largest difference of any element, over the range of the expected values. */
  readonly worst: number;
  readonly worstOutput: string;
  /** The largest difference in the embeddings. */
  readonly level: number;
  /** The smallest intersection over union of any mask. */
  readonly iou: number;
}
