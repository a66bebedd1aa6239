import type { Box, Point } from "../prompt/prompt.js";

/** What pointers and keys do. */
export interface Prompter {
  /** A point of the object, of what is outside it, or what `mode` says. */
  point(at: Point, kind: "include" | "exclude" | "mode"): void;
  box(box: Box): void;
  undo(): void;
  clear(): void;
}
