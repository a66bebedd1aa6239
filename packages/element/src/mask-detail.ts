import type { ProgressEvent } from "@sam2js/core";
import type { Mask, MaskPolygon } from "@sam2js/masks";
import type { ElementPrompt } from "./prompt/prompt.js";

/** What a `mask` event brings. */
export interface MaskDetail {
  /** The mask as run lengths of COCO (`size`, `counts`), with `area`, `box` and `toJSON()`; undefined after the last prompt was taken back. */
  readonly mask: Mask | undefined;
  /** The model's estimate of the mask's IoU with the object, about 0 to 1. */
  readonly score: number | undefined;
  /** The border in pixels of the picture, exact; empty without a mask. */
  readonly polygons: readonly MaskPolygon[];
  /** What the mask was asked for with. */
  readonly prompt: ElementPrompt;
}

/** The events of the element, by name. None bubbles but `change`. */
export interface SegmentAnythingEventMap {
  /** There is another mask, or none any more. */
  readonly mask: CustomEvent<MaskDetail>;
  /** The value of the form control has changed; comes right after `mask`. */
  readonly change: Event;
  /** The picture is encoded: from now on an answer takes milliseconds. */
  readonly ready: CustomEvent<{ readonly width: number; readonly height: number }>;
  /** Something long has come further: a download, the loading of the model. */
  readonly progress: CustomEvent<ProgressEvent>;
  /** Model or picture cannot be used: `detail` is a `Sam2Error` of `@sam2js/core`. */
  readonly error: CustomEvent<Error>;
}
