import { describeValue, InputError } from "@sam2js/core";
import type { BatchCategory } from "./batch-category.js";
import type { BatchEntry } from "./batch-entry.js";
import type { ResolveImage } from "./line-entries.js";

/** What a detector found, ready to be segmented. */
export interface BoxEntries {
  /** One per picture, its boxes as prompts. */
  readonly entries: BatchEntry[];
  /** With the numbers of the detector's file. */
  readonly categories: BatchCategory[];
}

/** An object of a prompt: what {@link cocoBoxes} makes of an annotation. */
interface BoxObject {
  readonly id: string;
  readonly box: readonly [number, number, number, number];
  readonly category?: string;
}

/**
 * The pictures of a COCO file with their boxes as prompts. Pictures and categories keep their numbers, and an object is called by the number of its
 * annotation. A picture with a box that is none, with a category that is not listed or with another picture's id becomes an entry with an error.
 *
 * @param json   the parsed file
 * @param where  the file, for messages
 * @throws {InputError} it is no COCO data set, or none of its annotations is of one of its pictures
 */
export function cocoBoxes(json: unknown, where: string, resolve: ResolveImage): BoxEntries {
  const { images, annotations, categories = [] } = (json ?? {}) as Record<string, unknown>;
  if (!isList(images) || !isList(annotations) || !isList(categories)) {
    const expected = "a COCO data set with lists of images, annotations and categories";
    const next = "lists of results alone do not say which files they are of";
    throw InputError.expected(where, expected, describeValue(json), next);
  }
  const names = new Map(categories.map(({ id, name }) => [id, String(name)]));
  const objects = new Map<unknown, BoxObject[]>(images.map(({ id }) => [id, []]));
  if (annotations.length > 0 && annotations.every(({ image_id: imageId }) => !objects.has(imageId))) {
    const got = describeValue(annotations[0]?.image_id);
    throw InputError.expected(`${where}: image_id of annotations`, "the id of one of its images", got);
  }
  const errors = new Map<unknown, string>();
  for (const { id, image_id: imageId, category_id: categoryId, bbox } of annotations) {
    const box = cornersOf(bbox);
    const category = names.get(categoryId);
    const called = `of annotation ${id}`;
    if (!box) {
      errors.set(
        imageId,
        `${where}: bbox ${called}: expected [x, y, width, height], got ${describeValue(bbox)}`,
      );
    } else if (category === undefined && categoryId !== undefined && names.size > 0) {
      const got = describeValue(categoryId);
      errors.set(
        imageId,
        `${where}: category_id ${called}: expected the id of one of its categories, got ${got}`,
      );
    } else {
      const own = objects.get(imageId) ?? [];
      own.push({ id: String(id ?? own.length + 1), box, ...(category !== undefined && { category }) });
    }
  }
  const seen = new Set<unknown>();
  for (const { id } of images) {
    if (seen.has(id)) errors.set(id, `${where}: image ${id}: expected one image of this id, got several`);
    seen.add(id);
  }
  return {
    entries: images.map((image, at) => {
      const { id, file_name: file } = image;
      const error = errors.get(id) ?? mistakeIn(image, `${where}: images[${at}]`);
      if (error !== undefined || typeof file !== "string") {
        const failed = { image: "", name: String(file ?? `${where}: images[${at}]`), id: Number(id) };
        return { ...failed, error: { code: "INVALID_INPUT", message: error ?? "" } };
      }
      const { image: path } = resolve(file);
      return { image: path, name: file, id: Number(id), objects: objects.get(id) ?? [] };
    }),
    categories: [...names].map(([id, name]) => ({ id: Number(id), name })),
  };
}

type Json = Readonly<Record<string, unknown>>;

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value) && value.every((each) => typeof each === "object" && each !== null);
}

function mistakeIn({ id, file_name: file }: Json, where: string): string | undefined {
  if (typeof file !== "string" || file === "")
    return `${where}.file_name: expected a text, got ${describeValue(file)}`;
  if (!Number.isSafeInteger(id)) return `${where}.id: expected a whole number, got ${describeValue(id)}`;
  return undefined;
}

/** [x0, y0, x1, y1] of [x, y, width, height]. */
function cornersOf(bbox: unknown): BoxObject["box"] | undefined {
  if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every(Number.isFinite)) return undefined;
  const [x, y, width, height] = bbox as [number, number, number, number];
  return width > 0 && height > 0 ? [x, y, x + width, y + height] : undefined;
}
