import type { Mask, MaskBox } from "@sam2js/masks";
import type { EverythingEvent } from "../../protocol/engine.js";
import { toMaskView } from "../mask-view.js";

/** Two masks whose boxes overlap more than this show the same thing, as in mask generation. */
const SAME_BOX_IOU = 0.7;

interface Kept {
  readonly id: string;
  readonly box: MaskBox;
  readonly score: number;
}

/** Sorts masks out as they are found: of two of the same thing, the one with the better score stays. */
export class FoundMasks {
  readonly #emit: (event: EverythingEvent) => void;
  #kept: Kept[] = [];
  #next = 1;

  constructor(emit: (event: EverythingEvent) => void) {
    this.#emit = emit;
  }

  add(mask: Mask): void {
    const score = mask.score ?? 0;
    const same = this.#kept.filter(({ box }) => boxIou(box, mask.box) > SAME_BOX_IOU);
    if (same.some((other) => other.score >= score)) return;
    for (const { id } of same) this.#emit({ type: "dropped", id });
    this.#kept = this.#kept.filter((kept) => !same.includes(kept));
    const id = `found-${this.#next++}`;
    this.#kept.push({ id, box: mask.box, score });
    this.#emit({ type: "found", id, view: toMaskView(mask), score });
  }
}

function boxIou(a: MaskBox, b: MaskBox): number {
  const area = ([x0, y0, x1, y1]: MaskBox) => (x1 - x0 + 1) * (y1 - y0 + 1);
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]) + 1;
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]) + 1;
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (area(a) + area(b) - shared);
}
