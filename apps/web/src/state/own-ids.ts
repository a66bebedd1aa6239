import type { FixedMask, ObjectDoc, PhotoDoc, RefinedAnswer } from "../domain/document.js";
import { newId } from "./document.js";

/**
 * Photos of a file, to stand beside those that are open. The file may be a copy of this very project with which somebody else went on: there
 * the same numbers are of other strokes and masks, so that they get numbers of their own here.
 */
export function withOwnIds(photos: readonly PhotoDoc[]): PhotoDoc[] {
  const ids = new Map<string, string>();
  const own = (id: string, kind: string) => {
    const known = ids.get(id) ?? newId(kind);
    ids.set(id, known);
    return known;
  };
  const ownMask = <T extends FixedMask | null | undefined>(mask: T): T =>
    mask ? { ...mask, id: own(mask.id, "mask") } : mask;
  const ownBase = (base: RefinedAnswer | null): RefinedAnswer | null =>
    base && { ...base, base: ownBase(base.base), hint: ownMask(base.hint) };
  const ownObject = (object: ObjectDoc): ObjectDoc => ({
    ...object,
    base: ownBase(object.base),
    fixed: ownMask(object.fixed),
    strokes: object.strokes.map((stroke) => ({ ...stroke, id: own(stroke.id, "stroke") })),
  });
  return photos.map((photo) => ({ ...photo, objects: photo.objects.map(ownObject) }));
}
