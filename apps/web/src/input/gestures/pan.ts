import { panBy } from "../../state/camera.js";
import { setPanning } from "../../state/stage-state.js";
import type { Gesture, PointerAt } from "./gesture.js";

/** Moves the picture along. */
export function beginPan(from: PointerAt): Gesture {
  let last = from;
  setPanning(true);
  const gesture: Gesture = {
    moves(at) {
      panBy(at.x - last.x, at.y - last.y);
      last = at;
      return gesture;
    },
    ends: () => setPanning(false),
    cancels: () => setPanning(false),
  };
  return gesture;
}
