import { camera, toPhoto } from "../../state/camera.js";
import { photo } from "../../state/session.js";

/** A press becomes a drag after so many CSS pixels. */
export const DRAG_PX = 6;

/** A pointer on the stage, as plain data. */
export interface PointerAt {
  /** In CSS pixels of the stage. */
  readonly x: number;
  readonly y: number;
  readonly isTouch: boolean;
  /** With Alt, or with the right button: the other one of including and excluding. */
  readonly isAlternate: boolean;
  readonly isAlt: boolean;
  readonly isShift: boolean;
  /** With Ctrl or ⌘. */
  readonly isMore: boolean;
  /** Where it was since the last event, this place included. */
  readonly trail: readonly { readonly x: number; readonly y: number }[];
}

/** What one pointer does from its press to its end. */
export interface Gesture {
  /** @returns the gesture that goes on: this one, or another that it has become */
  moves(at: PointerAt): Gesture;
  ends(at: PointerAt): void;
  /** It came to nothing. */
  cancels(): void;
  /** What a finger becomes that rests where it is. */
  rests?(at: PointerAt): Gesture | undefined;
}

/** In pixels of the photo. */
export function placeOf({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  return toPhoto(camera.value, x, y);
}

/** @param place  in pixels of the photo */
export function isOnPhoto({ x, y }: { readonly x: number; readonly y: number }): boolean {
  const shown = photo.value;
  return shown !== undefined && x >= 0 && y >= 0 && x < shown.width && y < shown.height;
}
