import { camera, panBy, setCamera, toPhoto, zoomBy, zoomed } from "../stage/camera.js";
import { isInsidePath } from "../stage/paths.js";
import * as actions from "../state/actions.js";
import { everything, hoveredFound, passing, tick } from "../state/everything.js";
import { shareCutOut } from "../state/exporting.js";
import { endPreview, previewAt } from "../state/hover.js";
import { maskOf } from "../state/masks.js";
import { choose, pick } from "../state/selection.js";
import * as session from "../state/session.js";
import {
  isPanning,
  isSpaceHeld,
  isSpaceUsed,
  liveBox,
  liveStroke,
  loupe,
  pointer,
} from "../state/stage-state.js";
import { words } from "../words/words.js";
import { corners } from "../workers/painter/paint-handles.js";

/** A press becomes a drag after so many CSS pixels. */
const DRAG_PX = 6;
/** A finger that rests on the chosen mask for so long lifts it. */
const HOLD_MS = 450;
/** In `buttons` of an event. */
const RIGHT_BUTTON = 2;

type Gesture =
  | {
      kind: "press";
      startX: number;
      startY: number;
      isTouch: boolean;
      isExclude: boolean;
      event: PointerEvent;
    }
  | { kind: "pan" }
  /** The cut-out is handed over once the finger is let go: browsers share only then. */
  | { kind: "lift" }
  | { kind: "point"; id: string; hasMoved: boolean }
  | { kind: "corner"; index: number }
  | { kind: "box"; x: number; y: number }
  | { kind: "stroke" }
  | { kind: "pinch"; fingers: number; distance: number; x: number; y: number; hasMoved: boolean };

/** Turns pointers on the stage into commands. Positions are read from the event: no layout is asked for. */
export function listenToPointers(stage: HTMLElement): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let gesture: Gesture | null = null;
  let hold: ReturnType<typeof setTimeout> | undefined;
  const at = (event: PointerEvent | WheelEvent) => ({ x: event.offsetX, y: event.offsetY });
  const place = (event: PointerEvent) => toPhoto(camera.value, event.offsetX, event.offsetY);

  const onDown = (event: PointerEvent) => {
    if (!session.photo.value || event.target !== stage) return;
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    clearTimeout(hold);
    if (pointers.size > 1) {
      endPreview();
      loupe.value = null;
      liveBox.value = null;
      liveStroke.value = null;
      const hasMoved = gesture?.kind === "pinch" && gesture.hasMoved;
      gesture = { kind: "pinch", fingers: pointers.size, ...pinch(pointers), hasMoved };
      return;
    }
    gesture = begin(event);
    if (gesture.kind === "pan") isPanning.value = true;
    if (event.pointerType === "touch") {
      const start = at(event);
      hold = setTimeout(() => lift(event.pointerId, start), HOLD_MS);
    }
    if (gesture.kind === "press") {
      if (gesture.isTouch) loupe.value = at(event);
      // The answer is on its way before the button is let go.
      preview(event);
    }
  };

  const lift = (pointerId: number, start: { readonly x: number; readonly y: number }) => {
    const finger = pointers.get(pointerId);
    const [photo, object] = [session.photo.value, session.object.value];
    const path = photo && object && maskOf(photo, object)?.view.path;
    const isPress = gesture?.kind === "press" || (gesture?.kind === "point" && !gesture.hasMoved);
    // A finger that excludes aims at the mask itself.
    if (!isPress || !session.isIncluding.value || !finger || !path || photo.video || everything.value) return;
    const isStill = Math.hypot(finger.x - start.x, finger.y - start.y) <= DRAG_PX;
    if (!isStill || !isInsidePath(path, toPhoto(camera.value, finger.x, finger.y))) return;
    gesture = { kind: "lift" };
    endPreview();
    loupe.value = null;
    navigator.vibrate?.(10);
    session.announcement.value = words().done.letGo;
  };

  const begin = (event: PointerEvent): Gesture => {
    const isTouch = event.pointerType === "touch";
    isSpaceUsed.value = isSpaceHeld.value;
    const tool = session.tool.value;
    if (event.button === 1 || isSpaceHeld.value || tool === "move") return { kind: "pan" };
    const isExclude = event.button === 2 || event.altKey;
    const { x, y } = at(event);
    if (!everything.value && (tool === "select" || tool === "box")) {
      const handle = handleAt(x, y, isTouch ? 24 : 13);
      if (handle) return handle;
    }
    const { x: px, y: py } = place(event);
    if (tool === "box" && !everything.value) return { kind: "box", x: px, y: py };
    if ((tool === "brush" || tool === "erase") && !everything.value) {
      const isErase = (tool === "erase") !== event.altKey;
      endPreview();
      liveStroke.value = { isErase, radius: session.brushSize.value / camera.value.scale, path: [px, py] };
      return { kind: "stroke" };
    }
    return { kind: "press", startX: x, startY: y, isTouch, isExclude, event };
  };

  const onMove = (event: PointerEvent) => {
    const { x, y } = at(event);
    if (event.pointerType !== "touch") pointer.value = event.target === stage ? { x, y } : null;
    const before = pointers.get(event.pointerId);
    if (!gesture || !before) {
      if (event.pointerType !== "touch" && event.target === stage) preview(event);
      return;
    }
    pointers.set(event.pointerId, { x, y });
    const { x: px, y: py } = place(event);
    switch (gesture.kind) {
      case "pan":
        return panBy(x - before.x, y - before.y);
      case "pinch": {
        if (pointers.size < 2) return;
        const now = pinch(pointers);
        const moved = zoomed(camera.value, now.distance / gesture.distance, now.x, now.y, 0.01);
        setCamera({ ...moved, left: moved.left + now.x - gesture.x, top: moved.top + now.y - gesture.y });
        const isMove =
          Math.hypot(now.x - gesture.x, now.y - gesture.y) > 2 ||
          Math.abs(now.distance - gesture.distance) > 2;
        gesture = { ...gesture, ...now, hasMoved: gesture.hasMoved || isMove };
        return;
      }
      case "point":
        gesture.hasMoved = true;
        return actions.movePoint(gesture.id, { x: px, y: py });
      case "corner":
        return moveCorner(gesture.index, px, py);
      case "box":
        liveBox.value = boxBetween(gesture.x, gesture.y, px, py);
        return;
      case "stroke":
        return extendStroke(event);
      case "press": {
        if (gesture.isTouch) {
          loupe.value = { x, y };
          return preview(event);
        }
        const isDrag = Math.hypot(x - gesture.startX, y - gesture.startY) > DRAG_PX;
        if (!isDrag || everything.value) return;
        endPreview();
        const start = toPhoto(camera.value, gesture.startX, gesture.startY);
        gesture = { kind: "box", x: start.x, y: start.y };
        liveBox.value = boxBetween(start.x, start.y, px, py);
      }
    }
  };

  const onUp = (event: PointerEvent) => {
    const done = gesture;
    pointers.delete(event.pointerId);
    if (pointers.size > 0) return;
    gesture = null;
    clearTimeout(hold);
    isPanning.value = false;
    loupe.value = null;
    if (!done || event.type === "pointercancel") {
      liveBox.value = null;
      liveStroke.value = null;
      return;
    }
    finish(done, event);
  };

  const finish = (done: Gesture, event: PointerEvent) => {
    if (done.kind === "press") return click(event, done.isExclude, done.isTouch);
    if (done.kind === "lift") {
      void shareCutOut();
      return;
    }
    if (done.kind === "pinch" && !done.hasMoved) {
      return done.fingers > 2 ? session.redoStep() : session.undoStep();
    }
    if (done.kind === "box") {
      const box = liveBox.value;
      liveBox.value = null;
      const isLarge = box && Math.min(box.x1 - box.x0, box.y1 - box.y0) * camera.value.scale > 4;
      if (isLarge) actions.drawBox(box, event.shiftKey);
      return;
    }
    if (done.kind === "stroke") {
      const stroke = liveStroke.value;
      liveStroke.value = null;
      if (stroke) actions.paint(stroke);
      return;
    }
    if (done.kind === "point") {
      if (!done.hasMoved) session.pointId.value = session.pointId.value === done.id ? null : done.id;
      else if (!isOnPhoto(place(event))) actions.removePoint(done.id);
    }
    session.endStep();
  };

  const click = (event: PointerEvent, isAlternate: boolean, isTouch: boolean) => {
    const where = place(event);
    const photo = session.photo.value;
    if (!photo || !isOnPhoto(where)) {
      if (!isTouch) session.objectId.value = null;
      return;
    }
    if (everything.value) {
      const id = foundAt(where);
      if (id) tick(id);
      return;
    }
    if (isChoosing(event)) {
      const other = actions.objectAt(photo, where, isInsidePath);
      const isMore = event.ctrlKey || event.metaKey || session.isPicking.value;
      if (other || areSeveral()) endPreview();
      if (other) return isMore ? pick(other) : choose([other]);
      if (areSeveral() && !isMore) return choose([]);
      if (isMore || session.object.value) return;
    }
    const isInclude = isAlternate ? !session.isIncluding.value : session.isIncluding.value;
    actions.clickAt(where, { isInclude, isNew: event.shiftKey || (session.isQuick.value && isInclude) });
  };

  const preview = (event: PointerEvent) => {
    const where = place(event);
    if (!isOnPhoto(where)) return endPreview();
    if (everything.value) {
      hoveredFound.value = foundAt(where);
      return;
    }
    if (areSeveral() || session.isPicking.value) return endPreview();
    const tool = session.tool.value;
    const isOverHandle = handleAt(event.offsetX, event.offsetY, 13) !== null;
    if (tool !== "select" || isOverHandle) return endPreview();
    const photo = session.photo.value;
    const isAlternate = event.altKey || (event.buttons & RIGHT_BUTTON) !== 0;
    const isInclude = isAlternate ? !session.isIncluding.value : session.isIncluding.value;
    const isNew = event.shiftKey || !actions.openObject() || (session.isQuick.value && isInclude);
    if (!session.object.value && !event.shiftKey && photo && actions.objectAt(photo, where, isInsidePath)) {
      return endPreview();
    }
    previewAt({ ...where, isInclude: isInclude || isNew, isNew });
  };

  const onLeave = () => {
    pointer.value = null;
    hoveredFound.value = null;
    endPreview();
  };

  const onWheel = (event: WheelEvent) => {
    if (!session.photo.value) return;
    event.preventDefault();
    const isWheel = event.deltaX === 0 && Math.abs(event.deltaY) >= 100 && Number.isInteger(event.deltaY);
    if (event.ctrlKey || isWheel || event.deltaMode !== 0) {
      const step = event.ctrlKey && !isWheel ? 0.01 : 0.0022;
      const { x, y } = at(event);
      zoomBy(Math.exp(-step * event.deltaY), x, y);
    } else panBy(-event.deltaX, -event.deltaY);
  };

  const onMenu = (event: Event) => event.preventDefault();
  stage.addEventListener("pointerdown", onDown);
  stage.addEventListener("pointermove", onMove);
  stage.addEventListener("pointerup", onUp);
  stage.addEventListener("pointercancel", onUp);
  stage.addEventListener("pointerleave", onLeave);
  stage.addEventListener("wheel", onWheel, { passive: false });
  stage.addEventListener("contextmenu", onMenu);
  return () => {
    stage.removeEventListener("pointerdown", onDown);
    stage.removeEventListener("pointermove", onMove);
    stage.removeEventListener("pointerup", onUp);
    stage.removeEventListener("pointercancel", onUp);
    stage.removeEventListener("pointerleave", onLeave);
    stage.removeEventListener("wheel", onWheel);
    stage.removeEventListener("contextmenu", onMenu);
  };
}

/** A click then chooses objects, and asks the model for nothing. */
function isChoosing({ ctrlKey, metaKey, shiftKey }: PointerEvent): boolean {
  if (ctrlKey || metaKey || session.isPicking.value) return true;
  return !shiftKey && (!session.object.value || areSeveral());
}

function areSeveral(): boolean {
  return session.chosenIds.value.size > 1;
}

function handleAt(x: number, y: number, reach: number): Gesture | null {
  const object = actions.openObject();
  if (!object || areSeveral()) return null;
  const { scale, left, top } = camera.value;
  const isNear = (point: { readonly x: number; readonly y: number }) =>
    Math.hypot(point.x * scale + left - x, point.y * scale + top - y) <= reach;
  const point = object.points.findLast(isNear);
  if (point) return { kind: "point", id: point.id, hasMoved: false };
  const index = object.box ? corners(object.box).findIndex(isNear) : -1;
  return index >= 0 ? { kind: "corner", index } : null;
}

function moveCorner(index: number, x: number, y: number): void {
  const box = session.object.value?.box;
  const fixed = box && corners(box)[(index + 2) % 4];
  if (!fixed) return;
  const next = boxBetween(fixed.x, fixed.y, x, y);
  if (next.x1 - next.x0 > 1 && next.y1 - next.y0 > 1) actions.resizeBox(next);
}

function extendStroke(event: PointerEvent): void {
  const stroke = liveStroke.value;
  if (!stroke) return;
  const events = event.getCoalescedEvents?.() ?? [];
  const added = (events.length > 0 ? events : [event]).flatMap(({ offsetX, offsetY }) => {
    const { x, y } = toPhoto(camera.value, offsetX, offsetY);
    return [x, y];
  });
  liveStroke.value = { ...stroke, path: [...stroke.path, ...added] };
}

function foundAt(where: { readonly x: number; readonly y: number }): string | null {
  // Smallest first: it is the one on top.
  return passing.value.findLast(({ view }) => isInsidePath(view.path, where))?.id ?? null;
}

/** The box between two corners, within the photo. */
function boxBetween(ax: number, ay: number, bx: number, by: number) {
  const { width = 0, height = 0 } = session.photo.value ?? {};
  const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
  return {
    x0: inside(Math.min(ax, bx), width),
    y0: inside(Math.min(ay, by), height),
    x1: inside(Math.max(ax, bx), width),
    y1: inside(Math.max(ay, by), height),
  };
}

function isOnPhoto({ x, y }: { readonly x: number; readonly y: number }): boolean {
  const photo = session.photo.value;
  return photo !== undefined && x >= 0 && y >= 0 && x < photo.width && y < photo.height;
}

function pinch(pointers: ReadonlyMap<number, { x: number; y: number }>) {
  const [a = { x: 0, y: 0 }, b = a] = [...pointers.values()];
  return { distance: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
