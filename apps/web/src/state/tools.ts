import { signal } from "@preact/signals";

export type Tool = "select" | "box" | "brush" | "erase" | "move";

export type Display = "tint" | "outline" | "cutout";

export const tool = signal<Tool>("select");

/** Whether the next plain click includes or excludes. */
export const isIncluding = signal(true);

/** Each click that includes is an object of its own. */
export const isQuick = signal(false);

/** Brush size in pixels of the screen. */
export const brushSize = signal(28);
export const display = signal<Display>("tint");

/** While held, the photo alone is seen. */
export const isBare = signal(false);
export const isPanelOpen = signal(true);

const LEAST_BRUSH = 2;
const LARGEST_BRUSH = 200;

export function setIncluding(isInclude: boolean): void {
  isIncluding.value = isInclude;
}

/** @param size  in pixels of the screen */
export function setBrushSize(size: number): void {
  brushSize.value = Math.min(LARGEST_BRUSH, Math.max(LEAST_BRUSH, size));
}

export function setDisplay(how: Display): void {
  display.value = how;
}

export function setBare(isOn: boolean): void {
  isBare.value = isOn;
}

export function setPanelOpen(isOpen: boolean): void {
  isPanelOpen.value = isOpen;
}
