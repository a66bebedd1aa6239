import type { WeightRange } from "@sam2js/core";
import type { ElementType } from "./element-type.js";

/** Elements `begin` to `end` of a checkpoint's tensor, for values computed when the graph is built. */
export interface ElementRange {
  readonly tensor: string;
  readonly begin: number;
  readonly end: number;
}

/** A constant of the graph: in the graph's own bytes, in a weight file, or computed from weights when the graph is built. */
export type Initializer = { readonly type: ElementType; readonly dims: readonly number[] } & (
  | { readonly kind: "inline"; readonly bytes: Uint8Array }
  | { readonly kind: "external"; readonly range: WeightRange }
  | {
      readonly kind: "derived";
      readonly sources: readonly ElementRange[];
      /** Tells computations apart: the text of the function. */
      readonly recipe: string;
      /** Gives the bytes of the constant. */
      readonly compute: (...sources: Float32Array[]) => Uint8Array;
    }
);
