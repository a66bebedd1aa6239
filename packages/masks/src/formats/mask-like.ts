import type { Mask } from "../masks/mask.js";
import type { Rle } from "../masks/run-lengths.js";

/** A mask, or bare run lengths of which nothing else is known. */
export type MaskLike = Rle & Partial<Pick<Mask, "score" | "objectScore" | "stability" | "crop" | "point">>;
