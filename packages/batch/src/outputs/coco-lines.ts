import { Mask, toCocoAnnotation } from "@sam2js/masks";
import type { BatchCategory } from "../entries/batch-category.js";
import type { BatchRecord } from "../work/batch-record.js";
import { ANY_CATEGORY, CategoryTable } from "./categories.js";

/** What stands between the parts of a COCO file of a batch, each on a line of its own, so that files can be joined line by line. */
export const COCO_FORM = {
  head: (categories: CategoryTable) =>
    `{"info":{"description":"masks by sam2js"},"licenses":[],"categories":${JSON.stringify(categories)},\n`,
  images: '"images":[',
  annotations: '"annotations":[',
  endOfImages: "],",
  end: "]}",
} as const;

/** One picture in a COCO file: JSON without line breaks. */
export function cocoImage({ index, id, name, width, height }: BatchRecord): string {
  return JSON.stringify({ id: id ?? index + 1, file_name: name, width, height });
}

/** The masks of one picture in a COCO file, numbered from `first`. */
export function cocoAnnotations(record: BatchRecord, categories: CategoryTable, first: number): string[] {
  const imageId = record.id ?? record.index + 1;
  return (record.masks ?? []).map((each, at) => {
    const categoryId = categories.idOf(each.category ?? ANY_CATEGORY);
    const annotation = toCocoAnnotation(Mask.fromJSON(each), { id: first + at, imageId, categoryId });
    return JSON.stringify({ ...annotation, ...(each.object && { attributes: { name: each.object } }) });
  });
}

/** A COCO file of some records; those that failed are left out. */
export function cocoText(records: Iterable<BatchRecord>, given: readonly BatchCategory[]): Uint8Array[] {
  const categories = new CategoryTable(given);
  const images: string[] = [];
  const annotations: string[] = [];
  for (const record of records) {
    if (record.error) continue;
    images.push(cocoImage(record));
    for (const each of cocoAnnotations(record, categories, annotations.length + 1)) annotations.push(each);
  }
  const { head, endOfImages, end } = COCO_FORM;
  const list = (lines: string[]) => lines.map((line, at) => `${line}${at + 1 < lines.length ? "," : ""}\n`);
  return [
    head(categories),
    `${COCO_FORM.images}\n`,
    ...list(images),
    `${endOfImages}\n`,
    `${COCO_FORM.annotations}\n`,
    ...list(annotations),
    `${end}\n`,
  ].map((text) => Buffer.from(text));
}
