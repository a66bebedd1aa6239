import type { FoundMask } from "../state/everything.js";

/** While a run goes on, masks that were dropped may stay on screen for so long: each full redraw costs as much as all masks together. */
const REDRAW_MS = 600;

/** Knows which masks of "Everything" are on the canvas already, so that each new one costs only itself. */
export class FoundLayer {
  #drawn = new Set<string>();
  #under: readonly unknown[] = [];
  #redrawnAt = 0;

  /** The canvas shows something else now. */
  forget(): void {
    this.#under = [];
    this.#drawn = new Set();
  }

  /** What is to be painted over what is there; null = all again, on an empty canvas. `under` is whatever else the picture depends on. */
  additions(found: readonly FoundMask[], under: readonly unknown[], isRunning: boolean): FoundMask[] | null {
    const isSame =
      under.length === this.#under.length && under.every((value, i) => Object.is(value, this.#under[i]));
    const ids = new Set(found.map(({ id }) => id));
    const areDropped = [...this.#drawn].some((id) => !ids.has(id));
    const mayWait = isRunning && performance.now() - this.#redrawnAt < REDRAW_MS;
    // At the end, once more in the order of size.
    if (!isRunning || !isSame || (areDropped && !mayWait)) {
      this.#under = under;
      this.#drawn = ids;
      this.#redrawnAt = performance.now();
      return null;
    }
    const added = found.filter(({ id }) => !this.#drawn.has(id));
    for (const { id } of added) this.#drawn.add(id);
    return added;
  }
}
