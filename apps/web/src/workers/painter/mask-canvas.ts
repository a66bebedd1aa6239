import { around, type Box, changedBoxes, type PlacedMask } from "./mask-diff.js";
import { type Cover, type DrawnMask, isSameFrame, paintMasks, type SceneFrame } from "./mask-scene.js";
import { OwnCanvas } from "./own-canvas.js";
import type { Context } from "./paint-masks.js";

/** More masks, or longer borders (in characters), than are painted between two frames. */
const MAX_MASKS = 8;
const MAX_PATHS = 40_000;
/** Many masks are painted anew once the photo has rested for so long; until then their picture moves with it. */
const REST_MS = 120;
/** Lines and their dark edges reach so far beyond a mask, in CSS pixels, and rounded borders in pixels of the photo. */
const LINE_REACH = 4;
const BORDER_REACH = 2;

/** A mask's border, where it is, and how long its text is. */
export interface SizedMask extends DrawnMask, PlacedMask {
  readonly length: number;
}

/**
 * The picture of all masks: one of the chosen mask, which changes with each click, and one below it of the others, of which only the part that
 * changed is painted anew.
 */
export class MaskCanvas {
  readonly #own = new OwnCanvas();
  readonly #top = new OwnCanvas();
  readonly #onRest: () => void;
  #masks: readonly SizedMask[] = [];
  #chosen: SizedMask | undefined;
  #cover: Cover | null = null;
  /** Where the picture was painted for; null = it is out of date. */
  #painted: SceneFrame | null = null;
  #paintedTop: SceneFrame | null = null;
  /** The part of the picture that is out of date, in pixels of the photo. */
  #dirty: Box | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** @param onRest  the picture is to be shown again: it was only moved before */
  constructor(onRest: () => void) {
    this.#onRest = onRest;
  }

  show(masks: readonly SizedMask[], cover: Cover | null): void {
    const last = masks.at(-1);
    // What is cut out of a cover is cut by all masks alike.
    const chosen = !cover && last?.style.isChosen ? last : undefined;
    const others = chosen ? masks.slice(0, -1) : masks;
    const boxes = cover || this.#cover ? null : changedBoxes(this.#masks, others);
    if (boxes) this.#dirty = around(this.#dirty ? [this.#dirty, ...boxes] : boxes);
    else this.#painted = null;
    if (chosen?.number !== this.#chosen?.number || chosen?.style.isOld !== this.#chosen?.style.isOld)
      this.#paintedTop = null;
    if (chosen?.style.fill !== this.#chosen?.style.fill) this.#paintedTop = null;
    this.#masks = others;
    this.#chosen = chosen;
    this.#cover = cover;
  }

  /** Over those that are there. */
  add(masks: readonly SizedMask[]): void {
    this.#masks = [...this.#masks, ...masks];
    const context = this.#own.context;
    if (this.#painted && context) paintMasks(context, this.#painted, null, masks);
  }

  /** Draws the masks where the photo is now; the context is in canvas pixels. */
  drawOn(context: Context, frame: SceneFrame): void {
    if (this.#masks.length > 0 || this.#cover || this.#dirty) this.#drawOthers(context, frame);
    if (!this.#chosen) return;
    if (!this.#paintedTop || !isSameFrame(this.#paintedTop, frame)) {
      const top = this.#top.empty(frame);
      if (top) paintMasks(top, frame, null, [this.#chosen]);
      this.#paintedTop = frame;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#top.canvas, 0, 0);
  }

  #drawOthers(context: Context, frame: SceneFrame): void {
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
    } else if (this.#dirty) this.#mend(frame, this.#dirty);
    this.#dirty = null;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#own.canvas, 0, 0);
  }

  /** Paints a part of the picture anew, in whole pixels, so that it joins the rest. */
  #mend(frame: SceneFrame, box: Box): void {
    const own = this.#own.context;
    if (!own) return;
    const { ratio, scale, left, top } = frame;
    const reach = BORDER_REACH + LINE_REACH / scale;
    const near: Box = [box[0] - reach, box[1] - reach, box[2] + 1 + reach, box[3] + 1 + reach];
    const x0 = Math.floor(ratio * (left + scale * near[0]));
    const y0 = Math.floor(ratio * (top + scale * near[1]));
    const x1 = Math.ceil(ratio * (left + scale * near[2]));
    const y1 = Math.ceil(ratio * (top + scale * near[3]));
    own.save();
    own.setTransform(1, 0, 0, 1, 0, 0);
    own.beginPath();
    own.rect(x0, y0, x1 - x0, y1 - y0);
    own.clip();
    own.clearRect(x0, y0, x1 - x0, y1 - y0);
    const within = this.#masks.filter(({ box: each }) => meet(each, near, reach));
    paintMasks(own, frame, null, within);
    own.restore();
  }

  #isHeavy(): boolean {
    return (
      this.#masks.length > MAX_MASKS || this.#masks.reduce((sum, { length }) => sum + length, 0) > MAX_PATHS
    );
  }
}

/** Whether a mask reaches into a box with its line. */
function meet(mask: Box, box: Box, reach: number): boolean {
  return (
    mask[0] - reach <= box[2] &&
    mask[2] + 1 + reach >= box[0] &&
    mask[1] - reach <= box[3] &&
    mask[3] + 1 + reach >= box[1]
  );
}
