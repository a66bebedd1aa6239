import {
  type BoxPrompt,
  backFromFrame,
  type CleanUp,
  createObject,
  type Doc,
  type FixedMask,
  NO_CLEAN_UP,
  type ObjectDoc,
  objectAtFrame,
  type PhotoDoc,
  type PointPrompt,
  type RefinedAnswer,
  type Stroke,
} from "./document.js";
import type { StepLabel } from "./step-label.js";

/** A change of the document, with the words that Undo shows. */
export interface Command {
  readonly label: StepLabel;
  /** Steps with the same key that follow each other are one step of undo: a drag, a slider. */
  readonly mergeKey?: string;
  apply(doc: Doc): Doc;
}

/** Where a command acts. */
export interface Target {
  readonly photoId: string;
  readonly objectId: string;
  /** In a video, whose prompts are meant. */
  readonly frame?: number | undefined;
  /** The class of an object that is made by this. */
  readonly label?: string | undefined;
}

/** @param count  of the files that the step opens, where others of them are there already */
export function addPhotos(photos: readonly PhotoDoc[], count = photos.length): Command {
  return {
    label: count === 1 ? { step: "openName", name: photos[0]?.name ?? "" } : { step: "openFiles", count },
    apply: (doc) => ({ ...doc, photos: [...doc.photos, ...photos] }),
  };
}

/** A project's photos, with all that is on them; photos that are open already are replaced. */
export function openPhotos({ photos, nextNumber, classes }: Doc): Command {
  const ids = new Set(photos.map(({ id }) => id));
  return {
    label: "openProject",
    apply: (doc) => ({
      photos: [...doc.photos.filter(({ id }) => !ids.has(id)), ...photos],
      nextNumber: Math.max(doc.nextNumber, nextNumber),
      classes: joined(doc.classes, classes),
    }),
  };
}

export function removePhoto(photoId: string): Command {
  return {
    label: "closePhoto",
    apply: (doc) => ({ ...doc, photos: doc.photos.filter(({ id }) => id !== photoId) }),
  };
}

/** A point on an object; an object that is not there yet is made. `base` is the answer that the next one refines. */
export function addPoint(target: Target, point: PointPrompt, base: RefinedAnswer | null): Command {
  return onObject(target, point.isInclude ? "addPoint" : "excludePoint", (object) => ({
    ...object,
    points: [...object.points, point],
    base,
    choice: null,
    wantsAlternatives: false,
  }));
}

/** Moves a point. The old mask is no longer what the points say, so it is not refined. */
export function movePoint(target: Target, pointId: string, x: number, y: number): Command {
  const change = (object: ObjectDoc) => {
    const points = object.points.map((point) =>
      point.id === pointId ? unlessSame(point, { ...point, x, y }) : point,
    );
    return isSame(points, object.points) ? object : { ...object, points, base: null, choice: null };
  };
  return { ...onObject(target, "movePoint", change), mergeKey: `move ${pointId}` };
}

export function removePoint(target: Target, pointId: string): Command {
  return onObject(target, "deletePoint", (object) => ({
    ...object,
    points: object.points.filter(({ id }) => id !== pointId),
    base: null,
    choice: null,
  }));
}

export function setBox(target: Target, box: BoxPrompt | null, mergeKey?: string): Command {
  const change = (object: ObjectDoc) => {
    const isThere = box && object.box && unlessSame(object.box, box) === object.box;
    return isThere ? object : { ...object, box, base: null, choice: null };
  };
  return {
    ...onObject(target, box ? "box" : "deleteBox", change),
    ...(mergeKey && { mergeKey }),
  };
}

export function chooseMask(target: Target, choice: number): Command {
  return onObject(target, "chooseMask", (object) => ({ ...object, choice }));
}

/** On a frame of a video: says what the object is there. Null takes that back; points and box count again. */
export function setFrameMask(
  target: Target,
  label: StepLabel,
  mask: FixedMask | null,
  choice: number | null = null,
): Command {
  return onObject(target, label, (object) => ({ ...object, fixed: mask, choice }));
}

export function askAlternatives(target: Target): Command {
  return onObject(target, "askAlternatives", (object) => ({
    ...object,
    wantsAlternatives: true,
    choice: null,
  }));
}

/** Masks of these objects are asked for again, of the model that is there now. */
export function askAgain(photoId: string, objectIds: ReadonlySet<string>): Command {
  return onPhoto(photoId, "askAgain", (photo) => ({
    ...photo,
    objects: photo.objects.map((object) =>
      objectIds.has(object.id) && !object.isLocked ? { ...object, asked: (object.asked ?? 0) + 1 } : object,
    ),
  }));
}

export function addStroke(target: Target, stroke: Stroke): Command {
  return onObject(target, stroke.isErase ? "erase" : "brush", (object) => ({
    ...object,
    strokes: [...object.strokes, stroke],
  }));
}

export function setCleanUp(target: Target, change: Partial<CleanUp>): Command {
  const names = Object.keys(change).join(" ");
  const command = onObject(target, "cleanUp", (object) => ({
    ...object,
    cleanUp: unlessSame(object.cleanUp, { ...object.cleanUp, ...change }),
  }));
  return { ...command, mergeKey: `clean ${target.objectId} ${names}` };
}

export function renameObject(target: Target, name: string): Command {
  return onObject(target, "rename", (object) => ({ ...object, name }), true);
}

/** Gives objects a class; one that the project has not had gets the next number. Empty = none. */
export function setClass(photoId: string, objectIds: ReadonlySet<string>, label: string): Command {
  const command = onPhoto(photoId, label ? { step: "class", name: label } : "noClass", (photo) => ({
    ...photo,
    objects: photo.objects.map((object) =>
      objectIds.has(object.id) && object.label !== label ? { ...object, label } : object,
    ),
  }));
  const apply = (doc: Doc) =>
    unlessSame(doc, { ...command.apply(doc), classes: joined(doc.classes, label ? [label] : []) });
  return { ...command, apply };
}

/** A class that files of the project have from now on. */
export function addClass(label: string): Command {
  return {
    label: { step: "class", name: label },
    apply: (doc) => (doc.classes.includes(label) ? doc : { ...doc, classes: [...doc.classes, label] }),
  };
}

/** Classes as files have them by now: they have these numbers from now on, whatever undo brings back; others come after them. */
export function fixClasses(written: readonly string[]): Command {
  return {
    label: { step: "class", name: written.at(-1) ?? "" },
    apply(doc) {
      const isFixed = written.every((name, i) => doc.classes[i] === name);
      return isFixed ? doc : { ...doc, classes: joined(written, doc.classes) };
    },
  };
}

/** Calls a class otherwise, on all photos; its number stays. A name that another class has changes nothing. */
export function renameClass(from: string, to: string): Command {
  return {
    label: { step: "renameClass", name: from },
    apply(doc) {
      if (!to || doc.classes.includes(to)) return doc;
      const photos = doc.photos.map((photo) =>
        photo.objects.some(({ label }) => label === from)
          ? {
              ...photo,
              objects: photo.objects.map((each) => (each.label === from ? { ...each, label: to } : each)),
            }
          : photo,
      );
      return { ...doc, photos, classes: doc.classes.map((name) => (name === from ? to : name)) };
    },
  };
}

export function markDone(photoId: string, isDone: boolean): Command {
  return onPhoto(photoId, isDone ? "markDone" : "markOpen", (photo) =>
    (photo.isDone ?? false) === isDone ? photo : { ...photo, isDone },
  );
}

/** Seeing is part of the document, so that an export of what is seen can be undone to. */
export function showObject(target: Target, isVisible: boolean): Command {
  return onObject(target, isVisible ? "show" : "hide", (object) => ({ ...object, isVisible }), true);
}

export function deleteObjects(photoId: string, objectIds: ReadonlySet<string>): Command {
  const label: StepLabel = objectIds.size > 1 ? { step: "deleteMany", count: objectIds.size } : "delete";
  return onPhoto(photoId, label, (photo) => {
    const objects = photo.objects.filter(({ id, isLocked }) => !objectIds.has(id) || isLocked);
    return objects.length === photo.objects.length ? photo : { ...photo, objects };
  });
}

export function deleteObject({ photoId, objectId }: Target): Command {
  return deleteObjects(photoId, new Set([objectId]));
}

/** A locked object is changed by nothing but its unlocking; it can be named, hidden and moved in the list. */
export function lockObject(target: Target, isLocked: boolean): Command {
  return onObject(target, isLocked ? "lock" : "unlock", (object) => ({ ...object, isLocked }), true);
}

/** One place up (-1) or down (1) in the list, the order of exports. */
export function moveObject(target: Target, by: 1 | -1): Command {
  return onPhoto(target.photoId, "move", (photo) => {
    const from = photo.objects.findIndex(({ id }) => id === target.objectId);
    const [moved, other] = [photo.objects[from], photo.objects[from + by]];
    if (!moved || !other) return photo;
    const objects = photo.objects.with(from, other).with(from + by, moved);
    return { ...photo, objects };
  });
}

/** An object that is to be made. What is left out is as of one without prompts. */
export type NewObject = Pick<ObjectDoc, "id"> & Partial<Omit<ObjectDoc, "id" | "number">>;

/** Adds objects, by photo, in one step. @param classes  that the project has from now on */
export function addObjects(
  label: StepLabel,
  added: ReadonlyMap<string, readonly NewObject[]>,
  classes: readonly string[] = [],
): Command {
  return {
    label,
    apply(doc) {
      let number = doc.nextNumber;
      if (!doc.photos.some(({ id }) => added.has(id))) return doc;
      const photos = doc.photos.map((photo) => {
        const more = added.get(photo.id) ?? [];
        if (more.length === 0) return photo;
        const made = more.map((each) => ({ ...createObject(each.id, number++), ...each }));
        return { ...photo, objects: [...photo.objects, ...made] };
      });
      const labels = [...added.values()].flat().map(({ label = "" }) => label);
      return { ...doc, photos, nextNumber: number, classes: joined(doc.classes, [...classes, ...labels]) };
    },
  };
}

/** Gives objects of a photo masks that no prompt made, in place of what they had, and takes others away; locked ones stay as they are. */
export function setMasks(
  photoId: string,
  label: StepLabel,
  masks: ReadonlyMap<string, FixedMask>,
  removed: ReadonlySet<string> = new Set(),
): Command {
  const plain = { points: [], box: null, base: null, choice: null, wantsAlternatives: false, strokes: [] };
  return onPhoto(photoId, label, (photo) => ({
    ...photo,
    objects: photo.objects.flatMap((object) => {
      const fixed = masks.get(object.id);
      if (object.isLocked) return [object];
      if (removed.has(object.id)) return [];
      return [fixed ? { ...object, ...plain, cleanUp: NO_CLEAN_UP, fixed } : object];
    }),
  }));
}

/** Whoever has a class, the project has it too. "" is none. */
function joined(classes: readonly string[], more: readonly string[]): readonly string[] {
  const added = more.filter((name) => name && !classes.includes(name));
  return added.length > 0 ? [...classes, ...new Set(added)] : classes;
}

function onPhoto(photoId: string, label: StepLabel, change: (photo: PhotoDoc) => PhotoDoc): Command {
  return {
    label,
    apply(doc) {
      const photos = doc.photos.map((photo) =>
        photo.id === photoId ? unlessSame(photo, change(photo)) : photo,
      );
      return isSame(photos, doc.photos) ? doc : { ...doc, photos };
    },
  };
}

function onObject(
  target: Target,
  label: StepLabel,
  change: (object: ObjectDoc) => ObjectDoc,
  reachesLocked = false,
): Command {
  return {
    label,
    apply(doc) {
      const photo = doc.photos.find(({ id }) => id === target.photoId);
      if (!photo) return doc;
      const known = photo.objects.find(({ id }) => id === target.objectId);
      if (known?.isLocked && !reachesLocked) return doc;
      const isThere = known !== undefined;
      const objects = isThere
        ? photo.objects
        : [...photo.objects, createObject(target.objectId, doc.nextNumber, target.label)];
      const { frame } = target;
      const changeSeen = (object: ObjectDoc) =>
        photo.video && frame !== undefined ? changeOnFrame(object, frame, change) : change(object);
      const changed = objects.map((object) =>
        object.id === target.objectId ? unlessSame(object, changeSeen(object)) : object,
      );
      if (isThere && isSame(changed, photo.objects)) return doc;
      const photos = doc.photos.map((each) => (each === photo ? { ...photo, objects: changed } : each));
      if (isThere) return { ...doc, photos };
      const classes = joined(doc.classes, [target.label ?? ""]);
      return { ...doc, photos, nextNumber: doc.nextNumber + 1, classes };
    },
  };
}

/** What comes of a change; what was there before where they are the same, so that it is no step of undo. */
function unlessSame<T extends object>(before: T, after: T): T {
  const names = Object.keys({ ...before, ...after }) as (keyof T)[];
  return names.every((name) => isSame(before[name], after[name])) ? before : after;
}

function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((each, i) => each === other[i]);
}

/** A reading is one of its points' own, and other prompts ask for another answer; a touched-up mask outlives the points under it. */
function changeOnFrame(
  object: ObjectDoc,
  frame: number,
  change: (object: ObjectDoc) => ObjectDoc,
): ObjectDoc {
  const before = objectAtFrame(object, frame);
  const after = change(before);
  const isChanged = after.points !== before.points || after.box !== before.box;
  const isLess = after.points.length < before.points.length || (before.box !== null && after.box === null);
  const isAnswered = before.fixed !== null && before.choice === null && isLess;
  return backFromFrame(isChanged && !isAnswered ? { ...after, fixed: null, choice: null } : after, frame);
}
