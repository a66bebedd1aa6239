import { batch } from "@preact/signals";
import { combineRle, type Rle, rleArea, rleBox } from "@sam2js/masks";
import { addObjects, type NewObject, setMasks } from "../domain/commands.js";
import { findPhoto, hasPrompts, type ObjectDoc, type PhotoDoc, plainName } from "../domain/document.js";
import type { StepLabel } from "../domain/step-label.js";
import { fill, words } from "../words/words.js";
import { toRle } from "../workers/mask-view.js";
import { madeMask } from "./asking.js";
import { knowFixed } from "./masks.js";
import { report } from "./problems.js";
import { choose } from "./selection.js";
import * as session from "./session.js";

/** The chosen objects, the one that was chosen first before the others. */
export function chosenObjects(): readonly ObjectDoc[] {
  const ids = [...session.chosenIds.value];
  const objects = session.photo.value?.objects ?? [];
  return ids.flatMap((id) => objects.find((object) => object.id === id) ?? []);
}

/** Makes one object of all that are chosen: the first one's name, number and class, and the pixels of all. */
export function mergeChosen(): Promise<void> {
  return rework(words().wrong.merge, (objects, masks) => {
    const [one] = objects;
    if (!one) return undefined;
    const all = masks.reduce((joined, mask) => combineRle(joined, mask, "or"));
    const removed = new Set(objects.slice(1).map(({ id }) => id));
    return { label: { step: "merge", count: objects.length }, made: new Map([[one.id, all]]), removed };
  });
}

/**
 * Takes pixels of chosen objects from others.
 *
 * @param isReversed  the first one loses what the others have; else the others lose what the first one has
 */
export function cutOutChosen(isReversed: boolean): Promise<void> {
  return rework(words().wrong.cut, (objects, masks) => {
    const [first, ...rest] = masks;
    const [one, ...others] = objects;
    if (!first || !one) return undefined;
    const made = isReversed
      ? [[one, rest.reduce((left, mask) => combineRle(left, mask, "subtract"), first)] as const]
      : others.map((each, i) => [each, combineRle(rest[i] ?? first, first, "subtract")] as const);
    const gone = made.find(([, mask]) => rleArea(mask) === 0);
    if (gone) {
      session.say(fill(words().done.nothingLeft, { name: gone[0].name }));
      return undefined;
    }
    const label = { step: isReversed ? "cutOthers" : "cutFromOthers", name: one.name } as const;
    return { label, made: new Map(made.map(([{ id }, mask]) => [id, mask])), removed: new Set() };
  });
}

interface Reworked {
  readonly label: StepLabel;
  readonly made: ReadonlyMap<string, Rle>;
  readonly removed: ReadonlySet<string>;
}

/** Gives chosen objects other masks in one step, made of those that they have; missing ones are made first. */
async function rework(
  failure: string,
  make: (objects: readonly ObjectDoc[], masks: readonly Rle[]) => Reworked | undefined,
): Promise<void> {
  const photo = session.photo.value;
  const objects = chosenObjects();
  if (!photo || photo.video || objects.length < 2) return;
  const locked = objects.find(({ isLocked }) => isLocked);
  if (locked) return session.say(fill(words().done.locked, { name: locked.name }));
  try {
    const masks: Rle[] = [];
    for (const object of objects) {
      const mask = await madeMask(photo, object);
      if (!mask) return session.say(fill(words().done.noMask, { name: object.name }));
      masks.push(toRle(mask.rle));
    }
    const reworked = make(objects, masks);
    if (!reworked) return;
    const { label, made, removed } = reworked;
    const views = await session.engine().draw([...made.values()]);
    const fixed = [...made.keys()].map((id, i) => [id, session.newId("mask"), views[i]] as const);
    if (!isUnchanged(photo, objects)) return session.say(words().done.changed);
    batch(() => {
      knowFixed(
        photo.id,
        fixed.flatMap(([, id, view]) => (view ? [{ id, view }] : [])),
      );
      const put = fixed.flatMap(([object, id, view]) =>
        view ? [[object, { id, rle: view.rle }] as const] : [],
      );
      session.dispatch(setMasks(photo.id, label, new Map(put), removed));
      session.endStep();
      session.say(fill(words().done.did, { step: session.stepText(label) }));
    });
  } catch (error) {
    report(error, failure);
  }
}

/**
 * Puts the chosen objects on the next photo too, and shows that.
 *
 * @param as  `"clicks"`: the model is asked there what they were clicked for; what no click made goes as it is. `"masks"`: all go as they are. Onto a
 *            photo of another size no mask goes as it is: the model is asked for its box
 */
export async function copyToNext(as: "clicks" | "masks"): Promise<void> {
  const photo = session.photo.value;
  const next = nextPhoto();
  const objects = chosenObjects();
  if (!photo || objects.length === 0) return;
  if (!next) return session.say(words().done.isLast);
  try {
    const copies: NewObject[] = [];
    for (const object of objects) copies.push(...(await copyOf(object, photo, next, as)));
    const { doc } = session;
    const before = doc.value;
    const [one] = objects;
    const label: StepLabel =
      copies.length === 1
        ? { step: "copyName", name: one?.name ?? "" }
        : { step: "copy", count: copies.length };
    batch(() => {
      session.dispatch(addObjects(label, new Map([[next.id, copies]])));
      session.endStep();
      if (doc.value === before) return;
      session.showPhoto(next.id);
      choose(copies.map(({ id }) => id));
      session.say(fill(words().done.copiedTo, { name: next.name }));
    });
  } catch (error) {
    report(error, words().wrong.copyObjects);
  }
}

/** The photo after the one that is shown. */
export function nextPhoto(): PhotoDoc | undefined {
  const { photos } = session.doc.value;
  const at = photos.findIndex(({ id }) => id === session.photoId.value);
  return photos.slice(at + 1).find(({ video }) => !video);
}

async function copyOf(
  object: ObjectDoc,
  from: PhotoDoc,
  to: PhotoDoc,
  as: "clicks" | "masks",
): Promise<NewObject[]> {
  const { label, number } = object;
  const isNamed = object.name !== plainName(number);
  const plain = { id: session.newId("object"), label, ...(isNamed && { name: object.name }) };
  const [wide, high] = [to.width / from.width, to.height / from.height];
  if (as === "clicks" && hasPrompts(object)) {
    const points = object.points.map(({ x, y, isInclude }) => ({
      id: session.newId("point"),
      x: x * wide,
      y: y * high,
      isInclude,
    }));
    const { box } = object;
    return [{ ...plain, points, box: box && boxOn(box, wide, high) }];
  }
  const made = await madeMask(from, object);
  if (!made) return [];
  const rle = toRle(made.rle);
  if (rleArea(rle) === 0) return [];
  if (wide === 1 && high === 1) {
    const { size, counts } = rle;
    const mask = { size: [size[0], size[1]] as const, counts };
    return [{ ...plain, fixed: { id: session.newId("mask"), rle: mask, score: made.score } }];
  }
  const [x0, y0, x1, y1] = rleBox(rle);
  return [{ ...plain, box: boxOn({ x0, y0, x1: x1 + 1, y1: y1 + 1 }, wide, high) }];
}

function boxOn({ x0, y0, x1, y1 }: NonNullable<ObjectDoc["box"]>, wide: number, high: number) {
  return { x0: x0 * wide, y0: y0 * high, x1: x1 * wide, y1: y1 * high };
}

/** Nobody has touched the objects since. */
function isUnchanged({ id }: PhotoDoc, objects: readonly ObjectDoc[]): boolean {
  const now = findPhoto(session.doc.value, id)?.objects ?? [];
  return objects.every((object) => now.includes(object));
}
