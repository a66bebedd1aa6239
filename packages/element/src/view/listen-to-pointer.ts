import type { Point } from "../prompt/prompt.js";
import type { PictureView } from "./picture-view.js";
import type { Prompter } from "./prompter.js";

/** Pixels of the screen that a click may move before it is a drag. */
const DRAG_FROM = 5;

/** A click is a point, a drag a box; Alt, or the other button, says that the point is outside the object. */
export function listenToPointer(view: PictureView, isActive: () => boolean, prompter: Prompter): void {
  const { stage } = view;
  let start: { readonly event: PointerEvent; readonly at: Point; isDrag: boolean } | undefined;

  const stop = () => {
    start = undefined;
    view.showDrag(undefined);
  };
  stage.addEventListener("pointerdown", (event) => {
    const at = view.toPicture(event);
    if (!isActive() || event.button !== 0 || !event.isPrimary || !at) return;
    start = { event, at, isDrag: false };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const at = view.toPicture(event);
    if (!start || !at) return;
    const { clientX, clientY } = start.event;
    start.isDrag ||= Math.hypot(event.clientX - clientX, event.clientY - clientY) >= DRAG_FROM;
    if (start.isDrag) view.showDrag([...start.at, ...at]);
  });
  stage.addEventListener("pointerup", (event) => {
    const at = view.toPicture(event);
    const began = start;
    stop();
    if (!began || !at) return;
    if (began.isDrag) prompter.box([...began.at, ...at]);
    else prompter.point(at, event.altKey ? "exclude" : "mode");
  });
  stage.addEventListener("pointercancel", stop);
  stage.addEventListener("contextmenu", (event) => {
    const at = view.toPicture(event);
    if (!isActive() || !at) return;
    event.preventDefault();
    stop();
    prompter.point(at, "exclude");
  });
}
