import { InputError } from "@sam2js/core";
import { classTable, combineRle, rleArea } from "@sam2js/masks";
import type { RleMask } from "../../domain/document.js";
import type { ExportedFile, ExportFormat, ExportItem, ExportRequest } from "../../protocol/engine.js";
import { apartNames, stem } from "../apart-names.js";
import { toRle } from "../mask-view.js";
import { ANNOTATIONS, LISTS_EMPTY } from "./data-sets.js";
import { classOf, type Item, type LabelledPhoto, type PhotoReader, type Writer, zipOf } from "./part.js";
import { PICTURES } from "./pictures.js";

const WRITERS: Readonly<Record<ExportFormat, Writer>> = { ...PICTURES, ...ANNOTATIONS };

/** Writes masks in one format: one file, or a zip where the format needs several. */
export async function exportFile(request: ExportRequest, reader: PhotoReader): Promise<ExportedFile> {
  const read = request.photos.map(({ photo, items }) => ({
    photo,
    items: items.map(readItem).filter(isFilled),
  }));
  const listed = LISTS_EMPTY.includes(request.format) ? read : read.filter(({ items }) => items.length > 0);
  const named = nameApart(listed);
  const photos = request.isFlat ? named.map((each) => ({ ...each, items: flatten(each.items) })) : named;
  if (photos.length === 0)
    throw new InputError("export: expected an object with a mask, got none; make one first", {
      expected: "an object with a mask",
      got: 0,
    });
  const classes = classesOf(request.classes, photos);
  const parts = await WRITERS[request.format]({ ...request, photos, classes }, reader);
  const [only] = parts;
  if (only && parts.length === 1) {
    const { name, content, type, width, height } = only;
    const blob = content instanceof Blob ? content : new Blob([content], { type });
    return { name, blob, ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  }
  const name = photos.length === 1 ? stem(photos[0]?.photo.name ?? "masks") : "sam2js";
  return { name: `${name}-${request.format}.zip`, blob: await zipOf(parts) };
}

/** Takes from each mask what a smaller one has; the order stays. */
export function flatten(items: readonly Item[]): Item[] {
  const bySize = [...items].sort((a, b) => rleArea(a.rle) - rleArea(b.rle));
  const left = new Map<Item, RleMask>();
  let taken: RleMask | undefined;
  for (const item of bySize) {
    left.set(item, taken ? combineRle(item.rle, taken, "subtract") : item.rle);
    taken = taken ? combineRle(taken, item.rle, "or") : item.rle;
  }
  return items.map((item) => ({ ...item, rle: left.get(item) ?? item.rle })).filter(isFilled);
}

function readItem(item: ExportItem): Item {
  return { ...item, rle: toRle(item.rle) };
}

function isFilled({ rle }: Item): boolean {
  return rleArea(rle) > 0;
}

/** The project's classes by their numbers, then those that it does not know. */
function classesOf(known: readonly string[], photos: readonly LabelledPhoto[]): string[] {
  const used = photos.flatMap(({ items }) => items.map(classOf));
  return classTable([...known, ...used.filter((name) => !known.includes(name))]).names;
}

/** Gives photos of one name, or of names that differ in their endings only, a number: their files lie in one folder. */
function nameApart(photos: readonly LabelledPhoto[]): LabelledPhoto[] {
  const names = apartNames(photos.map(({ photo }) => photo.name));
  return photos.map((each, i) => ({ ...each, photo: { ...each.photo, name: names[i] ?? each.photo.name } }));
}
