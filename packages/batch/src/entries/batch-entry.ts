import { checkFunction, checkOptions, describeValue, InputError } from "@sam2js/core";

/** One picture or video of a batch: a line of its manifest. */
export interface BatchEntry {
  /** Path or URL of the picture or video; empty where `error` stands. */
  readonly image: string;
  /** What results call it. It holds no secrets of a URL. */
  readonly name: string;
  /** Its number in COCO files; its place in the batch, from 1, without it. */
  readonly id?: number | undefined;
  /** Prompts, one per object, as the task takes them. */
  readonly objects?: readonly unknown[] | undefined;
  /** Why nothing can be done for it: its line could not be read. */
  readonly error?: EntryError | undefined;
}

/** Why an entry failed. */
export interface EntryError {
  /** A code of `Sam2ErrorCodes`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

/**
 * Checks a line of a manifest.
 *
 * @param json     what the line parsed to
 * @param where    file and line, for messages
 * @param resolve  makes a path or URL of the line one that every worker can open
 * @throws {InputError} it is no entry
 */
export function parseEntry(
  json: unknown,
  where: string,
  resolve: (image: string) => { readonly image: string; readonly name: string },
): BatchEntry {
  checkOptions(json ?? null, ["image", "name", "id", "objects"], where);
  const { image, name, id, objects } = json as Record<string, unknown>;
  if (typeof image !== "string" || image === "") {
    const next = 'for example {"image": "photos/a.jpg"}';
    throw InputError.expected(`${where}: image`, "a path or URL", describeValue(image), next);
  }
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw InputError.expected(`${where}: name`, "a text", describeValue(name), "leave it out");
  }
  if (id !== undefined && (!Number.isSafeInteger(id) || (id as number) < 0)) {
    throw InputError.expected(`${where}: id`, "a whole number >= 0", describeValue(id), "leave it out");
  }
  if (objects !== undefined && !Array.isArray(objects)) {
    throw InputError.expected(`${where}: objects`, "a list of prompts", describeValue(objects));
  }
  checkFunction(resolve, "resolve", "a function from a path or URL to { image, name }");
  const found = resolve(image);
  return {
    image: found.image,
    name: name ?? found.name,
    ...(id !== undefined && { id: id as number }),
    ...(objects && { objects: objects.map((object) => withMask(object, resolve)) }),
  };
}

/** A mask lies where the line says, as its picture does: workers stand in other folders. */
function withMask(object: unknown, resolve: (path: string) => { readonly image: string }): unknown {
  const { mask } = (object ?? {}) as { readonly mask?: unknown };
  return typeof mask === "string" && mask !== ""
    ? { ...(object as object), mask: resolve(mask).image }
    : object;
}
