import { signal } from "@preact/signals";
import type { BoxPrompt } from "../domain/document.js";

export interface StagePlace {
  readonly x: number;
  readonly y: number;
}

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
export const pointer = signal<StagePlace | null>(null);
/** The place that the arrow keys move, in pixels of the photo; null until they do. */
export const crosshair = signal<StagePlace | null>(null);
/** Under a finger: the place is magnified beside it. In CSS pixels of the stage. */
export const loupe = signal<StagePlace | null>(null);
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

/** @param at  in CSS pixels of the stage; null = elsewhere */
export function movePointer(at: StagePlace | null): void {
  pointer.value = at;
}

/** @param at  in pixels of the photo; null = it is not shown */
export function moveCrosshair(at: StagePlace | null): void {
  crosshair.value = at;
}

export function showLoupe(at: StagePlace | null): void {
  loupe.value = at;
}

export function showBox(box: BoxPrompt | null): void {
  liveBox.value = box;
}

export function showStroke(stroke: LiveStroke | null): void {
  liveStroke.value = stroke;
}

export function setPanning(isOn: boolean): void {
  isPanning.value = isOn;
}

/** @param isUsed  it moves the picture */
export function holdSpace(isHeld: boolean, isUsed = isSpaceUsed.value): void {
  isSpaceHeld.value = isHeld;
  isSpaceUsed.value = isUsed;
}

export function setCornerRadius(radius: number): void {
  cornerRadius.value = radius;
}

/** @param isDone  what is on screen is what the document says */
export function notePainted(isDone: boolean): void {
  isPainted.value = isDone;
}

export function noteSeen(id: string | null): void {
  seenPhotoId.value = id;
}
