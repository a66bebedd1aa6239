import { camera, setCamera, zoomed } from "../../state/camera.js";
import { redoStep, undoStep } from "../../state/session.js";

interface Finger {
  readonly x: number;
  readonly y: number;
}

/** Fingers that move so little have tapped. */
const TAP_PX = 2;
/** The photo may be made this small, of its own pixels. */
const LEAST_SCALE = 0.01;

/** Two fingers zoom and move the picture; a tap of two undoes, of three redoes. */
export interface Pinch {
  /** @param fingers  all that are down, in CSS pixels of the stage */
  moves(fingers: readonly Finger[]): void;
  /** One more finger. */
  joins(fingers: readonly Finger[]): void;
  ends(): void;
}

export function beginPinch(fingers: readonly Finger[]): Pinch {
  let last = measure(fingers);
  let count = fingers.length;
  let hasMoved = false;
  return {
    moves(now) {
      if (now.length < 2) return;
      const next = measure(now);
      const { left, top, scale } = zoomed(
        camera.value,
        next.distance / last.distance,
        next.x,
        next.y,
        LEAST_SCALE,
      );
      setCamera({ scale, left: left + next.x - last.x, top: top + next.y - last.y });
      hasMoved ||=
        Math.hypot(next.x - last.x, next.y - last.y) > TAP_PX ||
        Math.abs(next.distance - last.distance) > TAP_PX;
      last = next;
    },
    joins(now) {
      last = measure(now);
      count = now.length;
    },
    ends() {
      if (hasMoved) return;
      if (count > 2) redoStep();
      else undoStep();
    },
  };
}

function measure([a = { x: 0, y: 0 }, b = a]: readonly Finger[]) {
  return { distance: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
