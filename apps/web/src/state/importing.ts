import { batch, signal } from "@preact/signals";
import { addObjects, type NewObject } from "../domain/commands.js";
import type { Doc, ObjectDoc, PhotoDoc } from "../domain/document.js";
import type { ImportAnswer, ImportedObject, LabelFile, NumbersAre } from "../protocol/labels.js";
import { words } from "../words/words.js";
import { report } from "./problems.js";
import { toText } from "./seen-masks.js";
import * as session from "./session.js";

/** What an import has brought, and what it has not. */
export interface ImportReport extends Pick<ImportAnswer, "unknown" | "problems" | "hasNumbers"> {
  readonly masks: number;
  /** The model is asked for their objects. */
  readonly boxes: number;
  readonly photos: number;
  /** Objects that were there already. */
  readonly known: number;
  readonly numbersAre: NumbersAre;
}

/** Of the last import; null before one. */
export const imported = signal<ImportReport | null>(null);

let last: { readonly files: readonly LabelFile[]; readonly doc: Doc } | null = null;

/** Puts labels out of files on the photos of the project, in one step of undo, and shows what came of it. */
export async function importLabels(
  files: readonly LabelFile[],
  numbersAre: NumbersAre = "objects",
): Promise<void> {
  const photos = session.doc.value.photos.filter(({ video }) => !video);
  if (photos.length === 0) {
    session.say(words().done.noPhotoYet);
    return;
  }
  try {
    const request = photos.map(({ id, name, path, width, height }) => ({ id, name, path, width, height }));
    const answer = await session.engine().importLabels({ files, photos: request, numbersAre });
    take(answer, numbersAre);
    last = { files, doc: session.doc.value };
  } catch (error) {
    report(error, words().wrong.import);
  }
}

/** Reads the masks of the last import again, with their numbers as something else; what it had made is taken back. */
export async function importAgain(numbersAre: NumbersAre): Promise<void> {
  if (!last) return;
  const { files, doc } = last;
  if ((imported.value?.masks ?? 0) > 0 && session.doc.value === doc) session.undoStep();
  await importLabels(files, numbersAre);
}

function take(
  { classes, photos, unknown, problems, hasNumbers }: ImportAnswer,
  numbersAre: NumbersAre,
): void {
  const added = new Map<string, readonly NewObject[]>();
  let known = 0;
  for (const { id, objects } of photos) {
    const photo = session.doc.value.photos.find((each) => each.id === id);
    if (!photo) continue;
    const fresh = newOnes(photo, objects);
    known += objects.length - fresh.length;
    if (fresh.length > 0) added.set(id, fresh.map(toObject));
  }
  const all = [...added.values()].flat();
  const used = all.map(({ label = "" }) => label).filter(Boolean);
  batch(() => {
    if (all.length > 0) {
      const label = { step: "import", count: all.length } as const;
      session.dispatch(addObjects(label, added, [...new Set([...classes, ...used])]));
      session.endStep();
      const [first] = added.keys();
      if (first && !added.has(session.photoId.value ?? "")) session.showPhoto(first);
    }
    const boxes = all.filter(({ box }) => box).length;
    const masks = all.length - boxes;
    imported.value = { masks, boxes, photos: added.size, known, unknown, problems, hasNumbers, numbersAre };
    session.openDialog("imported");
  });
}

function newOnes({ objects: there }: PhotoDoc, objects: readonly ImportedObject[]): ImportedObject[] {
  const keys = new Set(there.map(keyOf));
  return objects.filter(
    ({ mask, box, label }) => !keys.has(keyOf({ fixed: mask ? { rle: mask } : null, box, label })),
  );
}

/** Equal for objects of one class and one mask or box. */
function keyOf(object: {
  readonly fixed: Pick<NonNullable<ObjectDoc["fixed"]>, "rle"> | null;
  readonly box?: ObjectDoc["box"] | undefined;
  readonly label: string;
}): string {
  const { fixed, box, label } = object;
  return JSON.stringify([label, fixed ? toText(fixed.rle).counts : box && [box.x0, box.y0, box.x1, box.y1]]);
}

function toObject({ label, name, mask, box }: ImportedObject): NewObject {
  const fixed = mask ? { id: session.newId("mask"), rle: mask } : null;
  return { id: session.newId("object"), label, ...(name && { name }), fixed, box: box ?? null };
}
