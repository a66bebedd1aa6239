import { isInsidePath } from "../../stage/paths.js";
import { shareCutOut } from "../../state/cut-outs.js";
import { everything } from "../../state/everything.js";
import { endPreview } from "../../state/hover.js";
import { maskOf } from "../../state/masks.js";
import { announce, isIncluding, object, photo } from "../../state/session.js";
import { showLoupe } from "../../state/stage-state.js";
import { words } from "../../words/words.js";
import { DRAG_PX, type Gesture, type PointerAt, placeOf } from "./gesture.js";

/** A finger that has rested on the chosen mask: its cut-out is handed over once it is let go, since browsers share only then. */
export function liftOf(from: PointerAt, at: PointerAt): Gesture | undefined {
  const [on, chosen] = [photo.value, object.value];
  const path = on && chosen && maskOf(on, chosen)?.view.path;
  // A finger that excludes aims at the mask itself.
  if (!path || on.video || everything.value || !isIncluding.value) return undefined;
  const isStill = Math.hypot(at.x - from.x, at.y - from.y) <= DRAG_PX;
  if (!isStill || !isInsidePath(path, placeOf(at))) return undefined;
  endPreview();
  showLoupe(null);
  navigator.vibrate?.(10);
  announce(words().done.letGo);
  const gesture: Gesture = {
    moves: () => gesture,
    ends: () => void shareCutOut(),
    cancels: () => undefined,
  };
  return gesture;
}
