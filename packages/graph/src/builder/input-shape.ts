import type { TensorType } from "@sam2js/core";
import type { Dims } from "./axis.js";
import type { Value } from "./graph-builder.js";

/** Type and shape of an input. */
export interface InputShape<T extends TensorType = TensorType> {
  readonly type: T;
  readonly dims: Dims;
}

/** An input of numbers. */
export const float32 = (...dims: Dims): InputShape<"float32"> => ({ type: "float32", dims });

/** An input of whole numbers. */
export const int32 = (...dims: Dims): InputShape<"int32"> => ({ type: "int32", dims });

/** Inputs while a graph is written. */
export type InputValues<I> = {
  readonly [N in keyof I]: [NonNullable<I[N]>] extends [never] ? undefined : Value;
};
