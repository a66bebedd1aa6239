import { batch, computed, signal } from "@preact/signals";
import { photo } from "./shown.js";

/** Where the photo lies: screen = photo · scale + (left, top), in CSS pixels of the stage. */
export interface Camera {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A pixel of the photo is never drawn larger than this. */
export const MAX_SCALE = 24;

/** Of the stage, in CSS pixels. */
export const viewport = signal<Size>({ width: 1, height: 1 });
/** What floats over the stage and should not cover the whole photo. */
export const insets = signal<Insets>({ top: 22, right: 22, bottom: 88, left: 22 });
/** Set by a user's zooming or panning; null = the whole photo is shown. */
const manual = signal<{ readonly photoId: string; readonly camera: Camera } | null>(null);

export const camera = computed<Camera>(() => {
  const shown = photo.value;
  if (!shown) return { scale: 1, left: 0, top: 0 };
  if (manual.value?.photoId === shown.id) return manual.value.camera;
  return fitCamera(shown, viewport.value, insets.value);
});

/** What the stage has room for, in CSS pixels. */
export function setStage(size: Size, free: Insets): void {
  batch(() => {
    viewport.value = { width: Math.max(1, size.width), height: Math.max(1, size.height) };
    insets.value = free;
  });
}

/** The whole photo in the middle of what is free, never larger than it is three times over. */
export function fitCamera(of: Size, view: Size, free: Insets): Camera {
  const width = Math.max(40, view.width - free.left - free.right);
  const height = Math.max(40, view.height - free.top - free.bottom);
  const scale = Math.min(width / of.width, height / of.height, 3);
  return {
    scale,
    left: free.left + (width - of.width * scale) / 2,
    top: free.top + (height - of.height * scale) / 2,
  };
}

/** Zooms so that what lies under (x, y) of the stage stays there. */
export function zoomed(
  { scale, left, top }: Camera,
  factor: number,
  x: number,
  y: number,
  least: number,
): Camera {
  const next = Math.min(MAX_SCALE, Math.max(least, scale * factor));
  const ratio = next / scale;
  return { scale: next, left: x - (x - left) * ratio, top: y - (y - top) * ratio };
}

export function toPhoto({ scale, left, top }: Camera, x: number, y: number): { x: number; y: number } {
  return { x: (x - left) / scale, y: (y - top) / scale };
}

export function setCamera(next: Camera): void {
  const shown = photo.value;
  if (shown) manual.value = { photoId: shown.id, camera: next };
}

export function zoomBy(factor: number, x = viewport.value.width / 2, y = viewport.value.height / 2): void {
  const shown = photo.value;
  if (!shown) return;
  const least = fitCamera(shown, viewport.value, insets.value).scale / 2;
  setCamera(zoomed(camera.value, factor, x, y, least));
}

export function panBy(dx: number, dy: number): void {
  const { scale, left, top } = camera.value;
  setCamera({ scale, left: left + dx, top: top + dy });
}

export function fit(): void {
  manual.value = null;
}

/** Shows a box of the photo as large as it fits. */
export function zoomTo([x0, y0, x1, y1]: readonly [number, number, number, number]): void {
  const box = { width: 1.4 * (x1 - x0 + 1), height: 1.4 * (y1 - y0 + 1) };
  const { scale } = fitCamera(box, viewport.value, insets.value);
  const free = insets.value;
  const middleX = (viewport.value.width + free.left - free.right) / 2;
  const middleY = (viewport.value.height + free.top - free.bottom) / 2;
  setCamera({
    scale,
    left: middleX - (scale * (x0 + x1 + 1)) / 2,
    top: middleY - (scale * (y0 + y1 + 1)) / 2,
  });
}
