import { basename, isAbsolute, join, resolve } from "node:path";
import { checkOptions, InputError, sortedCorners } from "@sam2js/core";
import { isUrl } from "@sam2js/media";
import { isAddress } from "../io/address.js";
import type { PromptObject } from "./prompt-object.js";

/** Prompts from a JSON file: for every image alike, or by file name. */
export interface JsonPrompts {
  objectsFor(imagePath: string): readonly PromptObject[] | undefined;
  /** The images that it names, as paths; undefined when it names none. */
  readonly images: readonly string[] | undefined;
}

/** More objects than this in one image are a mistake in the file rather than a wish. */
const MAX_OBJECTS = 10_000;

/** Each point is a token of the decoder, whose work and memory grow with the square of them. */
const MAX_POINTS = 1000;

/**
 * Reads prompts from JSON:
 * `{ "objects": [{ "id": "cup", "points": [[500, 375]], "labels": [1], "box": [x0, y0, x1, y1], "mask": "cup.png" }] }` for every image alike, or
 * `{ "images": { "photo.jpg": [ …objects ] } }`.
 *
 * @param name    the file, for messages
 * @param folder  what paths of images and masks in it are relative to
 * @throws {InputError} names the place inside the JSON
 */
export function parseJsonPrompts(json: unknown, name: string, folder: string): JsonPrompts {
  const top = record(json, name, ["objects", "images"]);
  if (top.objects !== undefined && top.images !== undefined) {
    const expected = '"objects" for every image or "images" by name';
    throw InputError.expected(name, expected, "both", "keep one of them");
  }
  if (top.objects !== undefined) {
    const shared = parseObjects(top.objects, `${name}: objects`, folder);
    return { objectsFor: () => shared, images: undefined };
  }
  if (top.images === undefined) {
    const next = 'for example { "objects": [{ "points": [[500, 375]] }] }';
    throw InputError.expected(name, '"objects" or "images"', "neither", next);
  }
  const images = new Map(
    Object.entries(record(top.images, `${name}: images`)).map(([image, objects]) => [
      image,
      parseObjects(objects, `${name}: images["${image}"]`, folder),
    ]),
  );
  const byPath = new Map<string, readonly PromptObject[]>();
  for (const [image, objects] of images) {
    const path = isUrl(image) ? image : resolve(folder, image);
    if (byPath.has(path))
      throw InputError.expected(
        `${name}: images`,
        "each image once",
        `"${image}" again, written in two ways`,
      );
    byPath.set(path, objects);
  }
  return {
    objectsFor: (path) => images.get(path) ?? byPath.get(resolve(path)) ?? images.get(basename(path)),
    images: [...images.keys()].map((image) =>
      isUrl(image) || isAbsolute(image) ? image : join(folder, image),
    ),
  };
}

/**
 * Reads the prompts of one image.
 *
 * @param folder  what paths of masks are relative to
 * @throws {InputError} names the place inside the JSON
 */
export function parseObjects(value: unknown, where: string, folder: string): PromptObject[] {
  if (!Array.isArray(value) || value.length > MAX_OBJECTS) {
    throw InputError.expected(where, `a list of at most ${MAX_OBJECTS} objects`, kind(value));
  }
  const objects = value.map((each, index) =>
    parseObject(each, `${where}[${index}]`, String(index + 1), folder),
  );
  const seen = new Set<string>();
  for (const [index, { id }] of objects.entries()) {
    if (seen.has(id)) {
      const next = 'give each object its own "id"; without one it is called by its place, from 1';
      throw InputError.expected(`${where}[${index}].id`, "another than those before", `"${id}"`, next);
    }
    seen.add(id);
  }
  return objects;
}

/** Reads the prompts of one object; see {@link parseObjects}. */
export function parseObject(value: unknown, where: string, fallbackId: string, folder: string): PromptObject {
  const {
    id = fallbackId,
    points = [],
    labels,
    box,
    mask,
    category,
  } = record(value, where, ["id", "points", "labels", "box", "mask", "category"]);
  if (typeof id !== "string" && typeof id !== "number") {
    throw InputError.expected(`${where}.id`, "a name or number", kind(id));
  }
  if (!Array.isArray(points)) throw InputError.expected(`${where}.points`, "[[x, y], …]", kind(points));
  if (points.length > MAX_POINTS) {
    const next = "a mask says more than so many points";
    throw InputError.expected(`${where}.points`, `at most ${MAX_POINTS} points`, points.length, next);
  }
  const pairs = points.map(
    (point, index) => numbers(point, 2, `${where}.points[${index}]`) as [number, number],
  );
  const marks = labels === undefined ? pairs.map(() => 1) : numbers(labels, pairs.length, `${where}.labels`);
  if (marks.some((mark) => mark !== 0 && mark !== 1)) {
    throw new InputError(`${where}.labels: expected 1 (inside) or 0 (outside) for each point`);
  }
  if (mask !== undefined && typeof mask !== "string") {
    throw InputError.expected(`${where}.mask`, "the path of a mask file", kind(mask));
  }
  if (category !== undefined && typeof category !== "string") {
    throw InputError.expected(`${where}.category`, "a name", kind(category));
  }
  const object = {
    id: String(id),
    points: pairs,
    labels: marks,
    box:
      box === undefined
        ? undefined
        : sortedCorners(numbers(box, 4, `${where}.box`) as [number, number, number, number]),
    mask: mask === undefined || isAddress(mask) ? mask : resolve(folder, mask),
    category,
  };
  if (pairs.length === 0 && !object.box && !mask) {
    throw InputError.expected(where, "points, a box or a mask", "none of them");
  }
  return object;
}

/** @param names  the keys that are known; any when it is left out */
function record(value: unknown, where: string, names?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const expected = 'an object such as { "objects": [{ "points": [[500, 375]] }] }';
    throw InputError.expected(where, expected, kind(value));
  }
  if (names) checkOptions(value, names, where);
  return value as Record<string, unknown>;
}

function numbers(value: unknown, length: number, where: string): number[] {
  if (!Array.isArray(value) || value.length !== length || !value.every((each) => Number.isFinite(each))) {
    throw InputError.expected(where, `${length} numbers`, String(JSON.stringify(value)).slice(0, 80));
  }
  return value as number[];
}

function kind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? `a list of ${value.length}` : typeof value;
}
