import { movePoint, openObject, removePoint, resizeBox } from "../../state/actions.js";
import { camera } from "../../state/camera.js";
import { choosePoint, chosenIds, endStep, object, pointId } from "../../state/session.js";
import { corners } from "../../workers/painter/paint-handles.js";
import { boxBetween } from "./box.js";
import { type Gesture, isOnPhoto, type PointerAt, placeOf } from "./gesture.js";
import { liftOf } from "./lift.js";

/** A point or a corner of the box is caught within so many CSS pixels. */
const REACH_PX = 13;
const FINGER_REACH_PX = 24;

/** What lies under the pointer of the chosen object's prompts. */
type Handle = { readonly pointId: string } | { readonly corner: number };

export function handleAt(
  { x, y }: { readonly x: number; readonly y: number },
  isTouch = false,
): Handle | null {
  const chosen = openObject();
  if (!chosen || chosenIds.value.size > 1) return null;
  const { scale, left, top } = camera.value;
  const reach = isTouch ? FINGER_REACH_PX : REACH_PX;
  const isNear = (point: { readonly x: number; readonly y: number }) =>
    Math.hypot(point.x * scale + left - x, point.y * scale + top - y) <= reach;
  const point = chosen.points.findLast(isNear);
  if (point) return { pointId: point.id };
  const corner = chosen.box ? corners(chosen.box).findIndex(isNear) : -1;
  return corner >= 0 ? { corner } : null;
}

export function beginHandle(handle: Handle, from: PointerAt): Gesture {
  return "corner" in handle ? beginCorner(handle.corner) : beginPoint(handle.pointId, from);
}

/** Moves a point; off the photo it is deleted. Without a move it is chosen, or no longer. */
function beginPoint(id: string, from: PointerAt): Gesture {
  let hasMoved = false;
  const gesture: Gesture = {
    moves(at) {
      hasMoved = true;
      movePoint(id, placeOf(at));
      return gesture;
    },
    ends(at) {
      if (!hasMoved) choosePoint(pointId.value === id ? null : id);
      else if (!isOnPhoto(placeOf(at))) removePoint(id);
      endStep();
    },
    cancels: endStep,
    rests: (at) => (hasMoved ? undefined : liftOf(from, at)),
  };
  return gesture;
}

function beginCorner(index: number): Gesture {
  const gesture: Gesture = {
    moves(at) {
      const box = object.value?.box;
      const fixed = box && corners(box)[(index + 2) % 4];
      if (!fixed) return gesture;
      const { x, y } = placeOf(at);
      const next = boxBetween(fixed.x, fixed.y, x, y);
      if (next.x1 - next.x0 > 1 && next.y1 - next.y0 > 1) resizeBox(next);
      return gesture;
    },
    ends: endStep,
    cancels: endStep,
  };
  return gesture;
}
