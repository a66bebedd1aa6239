import { signal } from "@preact/signals";
import type { BoxPrompt } from "../domain/document.js";

/** What a gesture under way shows; it is no part of the document until it ends. */
export interface LiveStroke {
  readonly isErase: boolean;
  /** In pixels of the photo. */
  readonly radius: number;
  readonly path: readonly number[];
}

export const liveStroke = signal<LiveStroke | null>(null);
export const liveBox = signal<BoxPrompt | null>(null);
/** Where the pointer is, in CSS pixels of the stage; null when it is elsewhere. */
export const pointer = signal<{ readonly x: number; readonly y: number } | null>(null);
/** The place that the arrow keys move, in pixels of the photo; null until they do. */
export const crosshair = signal<{ readonly x: number; readonly y: number } | null>(null);
/** Under a finger: the place is magnified beside it. In CSS pixels of the stage. */
export const loupe = signal<{ readonly x: number; readonly y: number } | null>(null);
/** What is on screen is what the document says. */
export const isPainted = signal(true);
/** The photo that was painted last. */
export const seenPhotoId = signal<string | null>(null);
export const isSpaceHeld = signal(false);
/** The space bar was held to move the picture: letting it go plays nothing. */
export const isSpaceUsed = signal(false);
/** Of the stage's corners, in CSS pixels. */
export const cornerRadius = signal(0);
export const isPanning = signal(false);
