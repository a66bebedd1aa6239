import type { MaskView } from "../protocol/engine.js";
import type { PaintRequest } from "../workers/painter/paint-request.js";

/** So many borders are kept by the painter at most, and then sent anew as they are needed. */
const MAX_BORDERS = 4000;

/** Numbers of borders, whose text the painter is sent once. */
export class BorderBook {
  readonly #most: number;
  readonly #numbers = new WeakMap<MaskView, number>();
  #last = 0;
  #sent = new Set<number>();
  #new: [number, string][] = [];
  #isForgetting = false;

  constructor(most = MAX_BORDERS) {
    this.#most = most;
  }

  /** Begins a request. */
  open(): void {
    this.#new = [];
    this.#isForgetting = this.#sent.size > this.#most;
    if (this.#isForgetting) this.#sent = new Set();
  }

  numberOf(view: MaskView): number {
    let number = this.#numbers.get(view);
    if (number === undefined) {
      this.#last += 1;
      number = this.#last;
      this.#numbers.set(view, number);
    }
    if (!this.#sent.has(number)) {
      this.#sent.add(number);
      this.#new.push([number, view.path]);
    }
    return number;
  }

  /** What the request has to tell of borders. */
  close(): Pick<PaintRequest, "paths" | "isForgetting"> {
    return { paths: this.#new, isForgetting: this.#isForgetting };
  }
}
