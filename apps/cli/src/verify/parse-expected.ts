import { InputError, isJsonObject, type JsonObject } from "@sam2js/core";
import { KNOWN_ROWS, type RowPrompts } from "./known-rows.js";
import { type ExpectedVideoRow, parseVideoRows } from "./video-rows.js";

/** One row of expected values. */
export interface ExpectedRow {
  readonly title: string;
  readonly prompts: RowPrompts;
  /** One predicted IoU per image, object and mask, in that order. */
  readonly scores?: readonly number[] | undefined;
  /** Whether the scores of each object are given best first. */
  readonly isSorted: boolean;
  /** Upper left 3 x 3 logits of the (best) mask of each image. */
  readonly logits?: readonly number[] | undefined;
  /** How far scores may be off, where the row states it. */
  readonly tolerance?: number | undefined;
}

/** What is expected of one model. */
export interface Expected {
  readonly model: string;
  /** Name of an image to where it is: `owner/dataset path/in/it.jpg`, a URL, or a path. */
  readonly images: ReadonlyMap<string, string>;
  readonly rows: readonly ExpectedRow[];
  /** The rows about video. */
  readonly videoRows: readonly ExpectedVideoRow[];
}

const CAR_ROW = /^(.+car\.png), point \((\d+), (\d+)\), multimask, tolerance ([\d.e-]+)$/;
const SIZE = 3;

/**
 * Reads expected values in the form of `data/published.json`: for each model (`owner/name`) its images and rows. A row has `scores` or
 * `scores_sorted`, and `logits[:3,:3]` or `best_mask_logits[:3,:3]`. What a row asks is known by its name, or said by its `prompts`:
 * `{ images, points, labels, boxes, multimask, refine: { point } }`.
 *
 * @param model  which model's rows; undefined takes the only one
 * @param file   for messages
 * @throws {InputError} the file has another form, or nothing about this model
 */
export function parseExpected(json: unknown, model: string | undefined, file: string): Expected {
  const all = record(json, file);
  const ids = Object.keys(all).filter((key) => /^[^\s,]+\/[^\s,]+$/.test(key));
  const cars = Object.entries(all).flatMap(([key, value]) => {
    const match = CAR_ROW.exec(key);
    return match ? [{ match, scores: record(value, `${file}: ${key}`) }] : [];
  });
  const shortNames = cars.flatMap(({ scores }) => Object.keys(scores));
  const name = model ?? (ids.length === 1 ? ids[0] : undefined);
  const id = ids.find((each) => each === name || short(each) === short(name ?? ""));
  const carName = shortNames.find((each) => each === short(name ?? ""));
  if (name === undefined || (id === undefined && carName === undefined)) {
    const known = [...new Set([...ids.map(short), ...shortNames])].join(", ");
    throw new InputError(
      `${file}: expected values for "${name}", has them for ${known}; say by --as which of them it should be`,
      {
        known,
      },
    );
  }
  const section = id === undefined ? {} : record(all[id], `${file}: ${id}`);
  const { images = {}, ...rows } = section;
  const places = new Map(
    Object.entries(record(images, `${file}: ${id}: images`)).map(([key, place]) => [key, String(place)]),
  );
  const parsed = Object.entries(rows).map(([key, row]) =>
    parseRow(key, record(row, `${file}: ${key}`), `${file}: ${key}`),
  );
  for (const { match, scores } of cars) {
    if (carName === undefined) continue;
    const [, place = "", x, y, tolerance] = match;
    places.set("car", place);
    parsed.push({
      title: `car, point (${x}, ${y}), three masks`,
      prompts: { images: ["car"], points: [[[[Number(x), Number(y)]]]], labels: [[[1]]], multimask: true },
      scores: flat(scores[carName], `${file}: ${carName}`),
      isSorted: false,
      tolerance: Number(tolerance),
    });
  }
  const videoRows = id === undefined ? [] : parseVideoRows(all, id, file);
  return { model: id ?? name, images: places, rows: parsed, videoRows };
}

function parseRow(name: string, row: JsonObject, where: string): ExpectedRow {
  const known = Object.hasOwn(KNOWN_ROWS, name) ? KNOWN_ROWS[name] : undefined;
  const prompts = row.prompts === undefined ? known : parsePrompts(row.prompts, `${where}: prompts`);
  if (!prompts) {
    throw new InputError(
      `${where}: expected "prompts" in a row of this name, such as { "images": ["truck"], "points": [[[[500, 375]]]] }`,
    );
  }
  const scores = row.scores ?? row.scores_sorted;
  const logits = row["logits[:3,:3]"] ?? row["best_mask_logits[:3,:3]"];
  return {
    title: known?.title ?? name,
    prompts,
    scores: scores === undefined ? undefined : flat(scores, `${where}: scores`),
    isSorted: row.scores_sorted !== undefined,
    logits:
      logits === undefined
        ? undefined
        : flat(logits, `${where}: logits`, SIZE * SIZE * prompts.images.length),
    tolerance: typeof row.tolerance === "number" ? row.tolerance : undefined,
  };
}

function parsePrompts(value: unknown, where: string): RowPrompts {
  const { images, points, labels, boxes, multimask = true, refine } = record(value, where);
  if (!Array.isArray(images) || images.length === 0 || !images.every((image) => typeof image === "string")) {
    throw new InputError(`${where}.images: expected names of images, such as ["truck"]`);
  }
  const nested = (part: unknown, key: string) => {
    if (part !== undefined && !(Array.isArray(part) && part.length === images.length)) {
      throw new InputError(`${where}.${key}: expected a list with one entry for each image`);
    }
    return part;
  };
  return {
    images,
    // The processor checks the nesting further down, with messages of its own.
    points: nested(points, "points") as RowPrompts["points"],
    labels: nested(labels, "labels") as RowPrompts["labels"],
    boxes: nested(boxes, "boxes") as RowPrompts["boxes"],
    multimask: multimask === true,
    refine:
      refine === undefined
        ? undefined
        : {
            point: flat(record(refine, `${where}.refine`).point, `${where}.refine.point`, 2) as [
              number,
              number,
            ],
          },
  };
}

function flat(value: unknown, where: string, length?: number): number[] {
  const numbers: unknown[] = Array.isArray(value) ? value.flat(8) : [];
  const isRight = numbers.length > 0 && numbers.every((each) => Number.isFinite(each));
  if (!isRight || (length !== undefined && numbers.length !== length)) {
    throw new InputError(`${where}: expected ${length ?? "lists of"} numbers`);
  }
  return numbers as number[];
}

function record(value: unknown, where: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new InputError(`${where}: expected an object`);
}

function short(id: string): string {
  return (
    id
      .replace(/[\\/]+$/, "")
      .split(/[\\/]/)
      .at(-1) ?? id
  );
}
