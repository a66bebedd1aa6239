import { drawBox } from "../../state/actions.js";
import { camera } from "../../state/camera.js";
import { photo } from "../../state/session.js";
import { liveBox, showBox } from "../../state/stage-state.js";
import { type Gesture, placeOf } from "./gesture.js";

/** A box that is smaller on screen was a slip. */
const LEAST_PX = 4;

/** Draws a box. @param corner  in pixels of the photo */
export function beginBox(corner: { readonly x: number; readonly y: number }): Gesture {
  const gesture: Gesture = {
    moves(at) {
      const { x, y } = placeOf(at);
      showBox(boxBetween(corner.x, corner.y, x, y));
      return gesture;
    },
    ends({ isShift }) {
      const box = liveBox.value;
      showBox(null);
      const isLarge = box && Math.min(box.x1 - box.x0, box.y1 - box.y0) * camera.value.scale > LEAST_PX;
      if (isLarge) drawBox(box, isShift);
    },
    cancels: () => showBox(null),
  };
  return gesture;
}

/** The box between two corners, within the photo, in its pixels. */
export function boxBetween(ax: number, ay: number, bx: number, by: number) {
  const { width = 0, height = 0 } = photo.value ?? {};
  const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
  return {
    x0: inside(Math.min(ax, bx), width),
    y0: inside(Math.min(ay, by), height),
    x1: inside(Math.max(ax, bx), width),
    y1: inside(Math.max(ay, by), height),
  };
}
