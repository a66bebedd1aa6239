import type { TensorType } from "@sam2js/core";
import type { Dims } from "./axis.js";
import type { Value } from "./graph-builder.js";

/** Type and shape of an input. */
export interface InputShape<T extends TensorType = TensorType> {
  readonly type: T;
  /** Whether the file says int64 where `type` is int32, as tensors of other programs are: engines of this library convert. */
  readonly isWide?: boolean | undefined;
  readonly dims: Dims;
}

/** An input of numbers. */
export const float32 = (...dims: Dims): InputShape<"float32"> => ({ type: "float32", dims });

/** An input of whole numbers. */
export const int32 = (...dims: Dims): InputShape<"int32"> => ({ type: "int32", dims });

/** An input of whole numbers that other programs give as int64. */
export const int64 = (...dims: Dims): InputShape<"int32"> => ({ type: "int32", isWide: true, dims });

/** Inputs while a graph is written. */
export type InputValues<I> = {
  readonly [N in keyof I]: [NonNullable<I[N]>] extends [never] ? undefined : Value;
};
