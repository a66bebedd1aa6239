import { batch } from "@preact/signals";
import * as commands from "../domain/commands.js";
import {
  type BoxPrompt,
  hasPrompts,
  type ObjectDoc,
  type PhotoDoc,
  promptedFrames,
  type Stroke,
} from "../domain/document.js";
import { fill, words } from "../words/words.js";
import { adoptAnswer } from "./asking.js";
import { camera } from "./camera.js";
import { noteClick } from "./click-time.js";
import { closeEverything, everything } from "./everything.js";
import { baseOf, endPreview, takePreview } from "./hover.js";
import { answerOf, maskOf, rememberView } from "./masks.js";
import * as session from "./session.js";
import { paintOnFrame } from "./video/touch-up.js";

export interface Place {
  /** In pixels of the photo. */
  readonly x: number;
  readonly y: number;
}

/** One press of an arrow key. */
export interface Step {
  readonly dx: number;
  readonly dy: number;
  /** Pixels of the stage; else shares of the photo's width and height. */
  readonly isPixels: boolean;
}

/** A point on the chosen object, or on a new one. */
export function clickAt(place: Place, options: { isInclude: boolean; isNew: boolean }): void {
  const photo = session.photo.value;
  if (!photo) return;
  const current = options.isNew ? undefined : openObject();
  // A first point that excludes would leave nothing.
  if (!options.isInclude && !current) return;
  const preview = session.hover.value?.view;
  const taken = takePreview({ ...place, isInclude: options.isInclude, isNew: !current });
  endPreview();
  noteClick();
  batch(() => {
    const target = targetOf(photo, current?.id ?? session.newId("object"));
    // What lay under the pointer is shown until the answer is there: it is nearly the same.
    if (preview) rememberView(photo.id, target.objectId, preview);
    const at = taken ? { x: taken.x, y: taken.y } : rounded(place);
    const point = { id: session.newId("point"), ...at, isInclude: options.isInclude };
    session.dispatch(commands.addPoint(target, point, baseOf(current)));
    session.endStep();
    session.objectId.value = target.objectId;
    session.pointId.value = null;
    const object = session.object.value;
    if (taken && session.photo.value && object) adoptAnswer(session.photo.value, object, taken.answer);
  });
}

/** A box on the chosen object if it has no prompts, else on a new one. */
export function drawBox(box: BoxPrompt, isNew: boolean): void {
  const photo = session.photo.value;
  if (!photo) return;
  endPreview();
  noteClick();
  batch(() => {
    const current = openObject();
    const isFree = current && !isNew && !hasPrompts(current) && !current.fixed;
    const objectId = isFree ? current.id : session.newId("object");
    session.dispatch(commands.setBox(targetOf(photo, objectId), box));
    session.endStep();
    session.objectId.value = objectId;
  });
}

export function resizeBox(box: BoxPrompt): void {
  const target = chosenTarget();
  if (target) session.dispatch(commands.setBox(target, box, `box ${target.objectId}`));
}

export function movePoint(id: string, place: Place): void {
  const target = chosenTarget();
  const { x, y } = rounded(place);
  if (target) session.dispatch(commands.movePoint(target, id, x, y));
}

/** @param by  in shares of the photo's width and height, or in CSS pixels of the stage */
export function movePointBy(id: string, by: Step): void {
  const photo = session.photo.value;
  const point = session.object.value?.points.find((each) => each.id === id);
  if (photo && point) movePoint(id, stepped(point, by, photo));
}

/** A place of the photo one step on, within it. */
export function stepped({ x, y }: Place, { dx, dy, isPixels }: Step, { width, height }: PhotoDoc): Place {
  const unit = isPixels ? 1 / camera.value.scale : 0;
  return {
    x: Math.min(width - 1, Math.max(0, x + dx * (unit || width))),
    y: Math.min(height - 1, Math.max(0, y + dy * (unit || height))),
  };
}

/** Removes a point; an object that has nothing left goes with it. */
export function removePoint(id: string): void {
  const target = chosenTarget();
  const object = session.object.value;
  if (!target || !object) return;
  const isLast = object.points.length === 1 && !object.box && !hasMore(object);
  session.dispatch(isLast ? commands.deleteObject(target) : commands.removePoint(target, id));
  session.endStep();
  session.pointId.value = null;
}

export function removeBox(): void {
  const target = chosenTarget();
  const object = session.object.value;
  if (!target || !object) return;
  const isLast = object.points.length === 0 && !hasMore(object);
  session.dispatch(isLast ? commands.deleteObject(target) : commands.setBox(target, null));
  session.endStep();
}

/** In a video: what was said to be the mask of the frame counts no more. */
export function removeFrameMask(): void {
  const target = chosenTarget();
  const object = session.object.value;
  if (!target || !object) return;
  const elsewhere = promptedFrames(object).some((frame) => frame !== session.frame.value);
  const isLast = !hasPrompts(object) && !elsewhere;
  session.dispatch(
    isLast ? commands.deleteObject(target) : commands.setFrameMask(target, "deleteMask", null),
  );
  session.endStep();
}

export function paint(stroke: Omit<Stroke, "id">): void {
  const photo = session.photo.value;
  if (!photo || refusesLocked()) return;
  if (photo.video) {
    if (photo.video.kind === "file") paintOnFrame(stroke);
    return;
  }
  if (!session.object.value && stroke.isErase) return;
  batch(() => {
    const objectId = session.object.value?.id ?? session.newId("object");
    session.dispatch(
      commands.addStroke(targetOf(photo, objectId), { ...stroke, id: session.newId("stroke") }),
    );
    session.endStep();
    session.objectId.value = objectId;
  });
}

export function chooseMask(index: number): void {
  const target = chosenTarget();
  const photo = session.photo.value;
  const object = session.object.value;
  const answer = photo && object && answerOf(photo, object);
  const candidate = answer?.candidates[index];
  if (!photo || !target || !candidate || refusesLocked()) return;
  const { view, score } = candidate;
  const mask = { id: session.newId("mask"), rle: view.rle, score };
  session.dispatch(
    photo.video
      ? commands.setFrameMask(target, "chooseMask", mask, index)
      : commands.chooseMask(target, index),
  );
  session.endStep();
}

export function deleteChosen(): void {
  const target = chosenTarget();
  if (!target || refusesLocked()) return;
  if (session.pointId.value) {
    removePoint(session.pointId.value);
    return;
  }
  session.dispatch(commands.deleteObjects(target.photoId, session.chosenIds.value));
  session.endStep();
  session.objectId.value = null;
}

/** The chosen object, if it may be changed: with a locked one chosen, clicks and boxes begin another. */
export function openObject(): ObjectDoc | undefined {
  const object = session.object.value;
  return object?.isLocked ? undefined : object;
}

/** Says so where the chosen object is locked. */
function refusesLocked(): boolean {
  const object = session.object.value;
  if (!object?.isLocked) return false;
  session.say(fill(words().done.locked, { name: object.name }));
  return true;
}

export function toggleLock(): void {
  const target = chosenTarget();
  const object = session.object.value;
  if (!target || !object) return;
  session.dispatch(commands.lockObject(target, !object.isLocked));
  session.endStep();
  const { locked, unlocked } = words().done;
  session.say(fill(object.isLocked ? unlocked : locked, { name: object.name }));
}

/** Nothing chosen: the next click makes another object. */
export function newObject(): void {
  batch(() => {
    session.objectId.value = null;
    session.pointId.value = null;
    session.isIncluding.value = true;
    if (session.tool.value !== "box") session.tool.value = "select";
  });
  session.announcement.value = words().done.newObject;
}

export function setTool(tool: session.Tool): void {
  endPreview();
  if (everything.value) closeEverything();
  session.tool.value = tool;
}

/** Each click an object, or clicks that refine. */
export function toggleQuick(): void {
  session.isQuick.value = !session.isQuick.value;
  session.say(session.isQuick.value ? words().done.quick : words().done.refine);
}

/** The class of the chosen objects, and of those that come. */
export function giveClass(label: string): void {
  const photo = session.photo.value;
  const chosen = session.chosenIds.value;
  batch(() => {
    session.nextClass.value = label;
    if (photo && chosen.size > 0) session.dispatch(commands.setClass(photo.id, chosen, label));
    else if (label) session.dispatch(commands.addClass(label));
    session.endStep();
  });
  const whom =
    chosen.size === 1
      ? (session.object.value?.name ?? "")
      : chosen.size > 1
        ? fill(words().count.objects, { count: chosen.size })
        : words().done.nextObject;
  session.say(fill(words().done.classOf, { whom, name: label || words().done.noClass }));
}

/** The next or previous object of the list. */
export function stepObject(by: 1 | -1): void {
  const objects = session.photo.value?.objects ?? [];
  if (objects.length === 0) return;
  const at = objects.findIndex(({ id }) => id === session.objectId.value);
  const next = objects[(at + by + objects.length) % objects.length];
  session.objectId.value = next?.id ?? null;
  session.announcement.value = next?.name ?? "";
}

/** One step back: the chosen point, the tool, the object. */
export function stepBack(): void {
  if (session.pointId.value) session.pointId.value = null;
  else if (session.tool.value !== "select") session.tool.value = "select";
  else if (session.isPicking.value) session.isPicking.value = false;
  else session.objectId.value = null;
}

/** The uppermost visible mask under a place: the smallest one there. */
export function objectAt(
  photo: PhotoDoc,
  place: Place,
  isInside: (path: string, place: Place) => boolean,
): string | null {
  const hits = photo.objects
    .filter(({ isVisible }) => isVisible)
    .map((object) => ({ object, shown: maskOf(photo, object) }))
    .filter(({ shown }) => shown && isInside(shown.view.path, place))
    .sort((a, b) => (a.shown?.view.area ?? 0) - (b.shown?.view.area ?? 0));
  return hits[0]?.object.id ?? null;
}

export function chosenTarget(): commands.Target | null {
  const photo = session.photo.value;
  const object = session.object.value;
  return photo && object ? targetOf(photo, object.id) : null;
}

/** An object on what is on screen: in a video, on its frame. */
function targetOf(photo: PhotoDoc, objectId: string): commands.Target {
  const frame = photo.video && { frame: session.frame.value };
  return { photoId: photo.id, objectId, label: session.nextClass.value, ...frame };
}

/** Whether something of an object is left without the prompts that are on screen. */
function hasMore(object: ObjectDoc): boolean {
  const elsewhere = promptedFrames(object).some((frame) => frame !== session.frame.value);
  // A reading of a video's frame goes with its point.
  const hasMask = object.fixed !== null && (!session.photo.value?.video || object.choice === null);
  return object.strokes.length > 0 || hasMask || elsewhere;
}

function rounded({ x, y }: Place): Place {
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
}
