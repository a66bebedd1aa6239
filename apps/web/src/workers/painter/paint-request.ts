import type { LiveItem } from "./live-scene.js";
import type { Box } from "./mask-diff.js";
import type { Cover, SceneFrame } from "./mask-scene.js";
import type { MaskStyle } from "./paint-masks.js";

/** What the stage is to show, as plain data: the painter works in another thread. */
export interface PaintRequest {
  readonly frame: SceneFrame;
  /** Of the stage's corners, in CSS pixels: nothing is drawn outside of them. */
  readonly cornerRadius: number;
  /** Sides in pixels of the photo. */
  readonly photo: { readonly id: string; readonly width: number; readonly height: number } | null;
  /** The photo's new pixels, handed over: a frame of a video. */
  readonly image: ImageBitmap | null;
  /** Borders that were not sent before, by number. */
  readonly paths: readonly (readonly [number, string])[];
  /** All borders sent before are forgotten. */
  readonly isForgetting: boolean;
  /** Masks in place of those that are there, or over them; null = as they are. */
  readonly masks: MaskChange | null;
  readonly live: readonly LiveItem[];
}

/** A border by its number, how it looks, and what it encloses. */
export interface StyledMask {
  readonly mask: number;
  readonly style: MaskStyle;
  readonly box: Box;
}

export interface MaskChange {
  readonly isAdded: boolean;
  readonly cover: Cover | null;
  /** Lowest first. */
  readonly masks: readonly StyledMask[];
}

/** A photo that was opened. */
export interface OpenedPhoto {
  readonly width: number;
  readonly height: number;
  /** At most 1536 pixels on its longer side. */
  readonly small: ImageBitmap;
}
