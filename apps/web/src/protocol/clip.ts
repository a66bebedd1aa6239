import type { RleMask } from "../domain/document.js";
import type { FrameRange } from "../domain/plan.js";
import type { MaskView } from "./engine.js";

/** What is known of a video once it is open. */
export interface ClipFacts {
  readonly width: number;
  readonly height: number;
  /** When each frame is shown, in seconds from the first. */
  readonly times: Float64Array;
  readonly duration: number;
}

export interface ShownFrame {
  readonly index: number;
  readonly image: ImageBitmap;
  /** As many as there were masks. */
  readonly views: readonly MaskView[];
}

export type VideoFormat = "overlay" | "cutout" | "frames" | "masks" | "mot" | "coco";

export interface VideoTrackItem {
  readonly name: string;
  readonly label: string;
  readonly number: number;
  /** `#rrggbb`. */
  readonly color: string;
  /** Of frames where it is seen, ascending. */
  readonly masks: readonly { readonly frame: number; readonly rle: RleMask; readonly score: number }[];
}

export interface VideoExportRequest {
  readonly id: string;
  readonly name: string;
  readonly format: VideoFormat;
  /** The frames that are written. They keep their numbers. */
  readonly range: FrameRange;
  /** Of a video that is written: how many times as fast it is. */
  readonly speed: number;
  /** Whether a video that is written keeps the sound; at another speed than 1 it never does. */
  readonly hasSound: boolean;
  /** The project's classes by their numbers. */
  readonly classes: readonly string[];
  readonly items: readonly VideoTrackItem[];
}

export interface ExportProgress {
  readonly done: number;
  readonly total: number;
}
