import { isInsidePath } from "../../stage/paths.js";
import { clickAt, objectAt, openObject } from "../../state/actions.js";
import { everything, hoverFound, passing, tick } from "../../state/everything.js";
import { endPreview, previewAt } from "../../state/hover.js";
import { choose, pick } from "../../state/selection.js";
import * as session from "../../state/session.js";
import { showLoupe } from "../../state/stage-state.js";
import { beginBox } from "./box.js";
import { DRAG_PX, type Gesture, isOnPhoto, type PointerAt, placeOf } from "./gesture.js";
import { handleAt } from "./handle.js";
import { liftOf } from "./lift.js";

/** A click where it is let go. A mouse that moves draws a box instead; a finger looks for its place under a loupe. */
export function beginPress(from: PointerAt): Gesture {
  const { isTouch, isAlternate } = from;
  if (isTouch) showLoupe(from);
  // The answer is on its way before the button is let go.
  preview(from);
  const gesture: Gesture = {
    moves(at) {
      if (isTouch) {
        showLoupe(at);
        preview(at);
        return gesture;
      }
      const isDrag = Math.hypot(at.x - from.x, at.y - from.y) > DRAG_PX;
      if (!isDrag || everything.value) return gesture;
      endPreview();
      return beginBox(placeOf(from)).moves(at);
    },
    ends(at) {
      showLoupe(null);
      click({ ...at, isAlternate });
    },
    cancels: () => showLoupe(null),
    rests: (at) => liftOf(from, at),
  };
  return gesture;
}

function click(at: PointerAt): void {
  const where = placeOf(at);
  const photo = session.photo.value;
  if (!photo || !isOnPhoto(where)) {
    if (!at.isTouch) choose([]);
  } else if (everything.value) {
    const id = foundAt(where);
    if (id) tick(id);
  } else if (!isChoosing(at) || !chooses(at, objectAt(photo, where, isInsidePath))) {
    const isInclude = includes(at);
    clickAt(where, { isInclude, isNew: at.isShift || (session.isQuick.value && isInclude) });
  }
}

/** A click on objects chooses them. @returns whether the click was that, and no prompt */
function chooses(at: PointerAt, other: string | null): boolean {
  const isMore = at.isMore || session.isPicking.value;
  if (other || areSeveral()) endPreview();
  if (other && isMore) pick(other);
  else if (other) choose([other]);
  else if (areSeveral() && !isMore) choose([]);
  else return isMore || session.object.value !== undefined;
  return true;
}

/** Shows what a click here would take. */
export function preview(at: PointerAt): void {
  const where = placeOf(at);
  const photo = session.photo.value;
  if (isOnPhoto(where) && everything.value) {
    hoverFound(foundAt(where));
    return;
  }
  const isBusy = areSeveral() || session.isPicking.value || session.tool.value !== "select";
  const wouldChoose = !session.object.value && !at.isShift;
  if (
    !photo ||
    !isOnPhoto(where) ||
    isBusy ||
    handleAt(at) ||
    (wouldChoose && objectAt(photo, where, isInsidePath))
  ) {
    endPreview();
    return;
  }
  const isInclude = includes(at);
  const isNew = at.isShift || !openObject() || (session.isQuick.value && isInclude);
  previewAt({ ...where, isInclude: isInclude || isNew, isNew });
}

function includes({ isAlternate }: PointerAt): boolean {
  return isAlternate ? !session.isIncluding.value : session.isIncluding.value;
}

/** A click then chooses objects, and asks the model for nothing. */
function isChoosing({ isMore, isShift }: PointerAt): boolean {
  if (isMore || session.isPicking.value) return true;
  return !isShift && (!session.object.value || areSeveral());
}

function areSeveral(): boolean {
  return session.chosenIds.value.size > 1;
}

function foundAt(where: { readonly x: number; readonly y: number }): string | null {
  // Smallest first: it is the one on top.
  return passing.value.findLast(({ view }) => isInsidePath(view.path, where))?.id ?? null;
}
