import { type Cover, type DrawnMask, isSameFrame, paintMasks, type SceneFrame } from "./mask-scene.js";
import { OwnCanvas } from "./own-canvas.js";
import type { Context } from "./paint-masks.js";

/** More masks, or longer borders (in characters), than are painted between two frames. */
const MAX_MASKS = 8;
const MAX_PATHS = 40_000;
/** Many masks are painted anew once the photo has rested for so long; until then their picture moves with it. */
const REST_MS = 120;

/** A mask's border, and how long its text is. */
export interface SizedMask extends DrawnMask {
  readonly length: number;
}

/** The picture of all masks, painted anew only when they or the camera changed. */
export class MaskCanvas {
  readonly #own = new OwnCanvas();
  readonly #onRest: () => void;
  #masks: SizedMask[] = [];
  #cover: Cover | null = null;
  /** Where the picture was painted for; null = it is out of date. */
  #painted: SceneFrame | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** @param onRest  the picture is to be shown again: it was only moved before */
  constructor(onRest: () => void) {
    this.#onRest = onRest;
  }

  show(masks: readonly SizedMask[], cover: Cover | null): void {
    this.#masks = [...masks];
    this.#cover = cover;
    this.#painted = null;
  }

  /** Over those that are there. */
  add(masks: readonly SizedMask[]): void {
    this.#masks.push(...masks);
    const context = this.#own.context;
    if (this.#painted && context) paintMasks(context, this.#painted, null, masks);
  }

  /** Draws the masks where the photo is now; the context is in canvas pixels. */
  drawOn(context: Context, frame: SceneFrame): void {
    if (this.#masks.length === 0 && !this.#cover) return;
    const from = this.#painted;
    if (from && from.ratio === frame.ratio && this.#isHeavy() && !isSameFrame(from, frame)) {
      const by = frame.scale / from.scale;
      const { ratio } = frame;
      context.setTransform(
        by,
        0,
        0,
        by,
        ratio * (frame.left - from.left * by),
        ratio * (frame.top - from.top * by),
      );
      context.drawImage(this.#own.canvas, 0, 0);
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => {
        this.#painted = null;
        this.#onRest();
      }, REST_MS);
      return;
    }
    if (!from || !isSameFrame(from, frame)) {
      clearTimeout(this.#rest);
      const own = this.#own.empty(frame);
      if (own) paintMasks(own, frame, this.#cover, this.#masks);
      this.#painted = frame;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#own.canvas, 0, 0);
  }

  #isHeavy(): boolean {
    return (
      this.#masks.length > MAX_MASKS || this.#masks.reduce((sum, { length }) => sum + length, 0) > MAX_PATHS
    );
  }
}
