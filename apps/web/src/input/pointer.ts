import { panBy, zoomBy } from "../state/camera.js";
import { hoverFound } from "../state/everything.js";
import { endPreview } from "../state/hover.js";
import { photo } from "../state/session.js";
import { movePointer, showLoupe } from "../state/stage-state.js";
import { beginGesture } from "./gestures/begin.js";
import type { Gesture, PointerAt } from "./gestures/gesture.js";
import { beginPinch, type Pinch } from "./gestures/pinch.js";
import { preview } from "./gestures/press.js";

/** A finger that rests for so long may have become another gesture. */
const HOLD_MS = 450;
const MIDDLE_BUTTON = 1;
const RIGHT_BUTTON = 2;
/** Zoom for each unit of a wheel, and of a trackpad's pinch. */
const WHEEL_STEP = 0.0022;
const PINCH_STEP = 0.01;
/** Wheels with notches turn by at least this at a time. */
const NOTCH = 100;

/** Turns pointers on the stage into gestures. Positions are read from the event: no layout is asked for. */
export function listenToPointers(stage: HTMLElement): () => void {
  const pointers = new Map<number, PointerAt>();
  let gesture: Gesture | null = null;
  let pinch: Pinch | null = null;
  let hold: ReturnType<typeof setTimeout> | undefined;

  const onDown = (event: PointerEvent) => {
    if (!photo.value || event.target !== stage) return;
    stage.setPointerCapture(event.pointerId);
    const at = pointerAt(event);
    pointers.set(event.pointerId, at);
    clearTimeout(hold);
    if (pointers.size > 1) {
      endPreview();
      showLoupe(null);
      gesture?.cancels();
      gesture = null;
      if (pinch) pinch.joins([...pointers.values()]);
      else pinch = beginPinch([...pointers.values()]);
      return;
    }
    gesture = beginGesture(at, event.button === MIDDLE_BUTTON);
    if (at.isTouch) {
      hold = setTimeout(() => {
        const now = pointers.get(event.pointerId);
        gesture = (now && gesture?.rests?.(now)) ?? gesture;
      }, HOLD_MS);
    }
  };

  const onMove = (event: PointerEvent) => {
    const at = pointerAt(event);
    const isOnStage = event.target === stage;
    if (!at.isTouch) movePointer(isOnStage ? { x: at.x, y: at.y } : null);
    if (!pointers.has(event.pointerId)) {
      if (!at.isTouch && isOnStage) preview(at);
      return;
    }
    pointers.set(event.pointerId, at);
    if (pinch) pinch.moves([...pointers.values()]);
    else gesture = gesture?.moves(at) ?? null;
  };

  const onUp = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    if (pointers.size > 0) return;
    clearTimeout(hold);
    showLoupe(null);
    const [done, pinched] = [gesture, pinch];
    gesture = null;
    pinch = null;
    if (event.type === "pointercancel") done?.cancels();
    else if (pinched) pinched.ends();
    else done?.ends(pointerAt(event));
  };

  const onLeave = () => {
    movePointer(null);
    hoverFound(null);
    endPreview();
  };

  const onWheel = (event: WheelEvent) => {
    if (!photo.value) return;
    event.preventDefault();
    const { deltaX, deltaY, ctrlKey, deltaMode, offsetX, offsetY } = event;
    const isWheel = deltaX === 0 && Math.abs(deltaY) >= NOTCH && Number.isInteger(deltaY);
    if (ctrlKey || isWheel || deltaMode !== 0) {
      const step = ctrlKey && !isWheel ? PINCH_STEP : WHEEL_STEP;
      zoomBy(Math.exp(-step * deltaY), offsetX, offsetY);
    } else panBy(-deltaX, -deltaY);
  };

  const leaving = new AbortController();
  const { signal } = leaving;
  stage.addEventListener("pointerdown", onDown, { signal });
  stage.addEventListener("pointermove", onMove, { signal });
  stage.addEventListener("pointerup", onUp, { signal });
  stage.addEventListener("pointercancel", onUp, { signal });
  stage.addEventListener("pointerleave", onLeave, { signal });
  stage.addEventListener("wheel", onWheel, { signal, passive: false });
  stage.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  return () => leaving.abort();
}

function pointerAt(event: PointerEvent): PointerAt {
  const { offsetX: x, offsetY: y, altKey, shiftKey, ctrlKey, metaKey, button, buttons } = event;
  const passed = event.getCoalescedEvents?.() ?? [];
  return {
    x,
    y,
    isTouch: event.pointerType === "touch",
    isAlternate: altKey || button === RIGHT_BUTTON || (buttons & RIGHT_BUTTON) !== 0,
    isAlt: altKey,
    isShift: shiftKey,
    isMore: ctrlKey || metaKey,
    trail:
      passed.length > 0 ? passed.map(({ offsetX, offsetY }) => ({ x: offsetX, y: offsetY })) : [{ x, y }],
  };
}
