import { InputError } from "@sam2js/core";
import { decompressRle } from "@sam2js/masks";
import type {
  Doc,
  FixedMask,
  ObjectDoc,
  PhotoDoc,
  RefinedAnswer,
  RleMask,
  SeenRle,
} from "../domain/document.js";
import { words } from "../words/words.js";
import { isMissing } from "./missing-file.js";
import { parseSaved, type SavedMask, toText } from "./seen-masks.js";

/**
 * A project is a folder, or a zip of one: `project.json` lists the photos, and each photo has a file of its own with its objects and the masks
 * that were seen. So a click writes one small file, and no two files can tell of different moments.
 */
export const INDEX = "project.json";
const VERSION = 2;

/** What the list of a project says of a photo. */
export interface ListedPhoto {
  readonly id: string;
  readonly name: string;
  /** How many there are on it. */
  readonly objects: number;
}

/** What the list of a project says of it. */
export interface ProjectHead {
  readonly name: string;
  /** When it was saved last, in milliseconds since 1970. */
  readonly changed: number;
  readonly nextNumber: number;
  readonly classes: readonly string[];
  readonly photos: readonly ListedPhoto[];
}

/** A project as it is read. */
export interface SavedProject {
  readonly name: string;
  readonly doc: Doc;
  /** By photo, by object. */
  readonly seen: ReadonlyMap<string, ReadonlyMap<string, SavedMask>>;
  /** Photos whose files are missing or damaged. */
  readonly unread: readonly ListedPhoto[];
}

/** @param unread  photos that stay in the list although nobody could read them */
export function headText(
  { nextNumber, classes, photos }: Doc,
  name: string,
  unread: readonly ListedPhoto[] = [],
): string {
  const listed = [...photos.map(toListed), ...unread];
  return listText({ name, changed: Date.now(), nextNumber, classes, photos: listed });
}

/** The list as it is written. */
export function listText(head: ProjectHead): string {
  return JSON.stringify({ format: "sam2js", version: VERSION, ...head });
}

function toListed({ id, name, objects }: PhotoDoc): ListedPhoto {
  return { id, name, objects: objects.length };
}

/** Name of the file of a photo's objects. */
export function photoFile(id: string): string {
  return `${id}.json`;
}

/**
 * The list of a project whose own is missing or damaged, made of its photos' files: a tab may have ended before the first list.
 *
 * @param names  of all files of the project
 * @param read   the text of one
 */
export async function recoverHead(
  names: Iterable<string>,
  read: (name: string) => Promise<string>,
): Promise<ProjectHead> {
  const photos: ListedPhoto[] = [];
  for (const name of [...names].sort()) {
    const id = /^([\w-]+)\.json$/.exec(name)?.[1];
    if (!id || name === INDEX) continue;
    try {
      photos.push(toListed(parsePhoto(await read(name), id)));
    } catch (error) {
      // One that was never written is no photo yet.
      if (!isMissing(error)) photos.push({ id, name: id, objects: 0 });
    }
  }
  return { name: words().welcome.project, changed: 0, nextNumber: 1, classes: [], photos };
}

/** A photo with its objects. Masks are COCO's compressed run lengths, column by column. */
export function photoText(photo: PhotoDoc, seenOf: (object: ObjectDoc) => SavedMask | undefined): string {
  const objects = photo.objects.map((object) => ({ ...object, seen: seenOf(object) }));
  return JSON.stringify({ ...photo, objects }, (_, value) => {
    if (isRle(value)) return toText(value);
    return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  });
}

/** The list of a project that a later version of the app has saved: all that this one can tell of it. */
export class LaterVersionError extends InputError {
  static override readonly symbolName: string = "LaterVersionError";
  /** Its name and when it was saved. */
  readonly head: Pick<ProjectHead, "name" | "changed">;

  constructor(version: number, head: Pick<ProjectHead, "name" | "changed">) {
    const [expected, got] = [`version ${VERSION}`, `${version}`];
    super(`${INDEX}: expected ${expected}, got ${got}; reload the app for a newer one`, { expected, got });
    this.head = head;
  }
}

/** @throws {InputError} not a project's list @throws {LaterVersionError} one of a later version */
export function parseHead(text: string): ProjectHead {
  const read = parseJson(text, INDEX) as Partial<ProjectHead> & { format?: unknown; version?: unknown };
  if (read?.format === "sam2js" && Number(read.version) > VERSION)
    throw new LaterVersionError(Number(read.version), plainHead(read));
  if (read?.format !== "sam2js" || !Array.isArray(read.photos))
    throw InputError.expected(INDEX, "a project of sam2js with photos", "another format");
  if (read.version !== VERSION)
    throw InputError.expected(
      INDEX,
      `version ${VERSION}`,
      `${read.version}`,
      "save it anew with the app that made it",
    );
  if (!read.photos.every(({ id }) => typeof id === "string" && /^[\w-]+$/.test(id)))
    throw InputError.expected(INDEX, "photos with ids of letters and digits", "others");
  return {
    ...plainHead(read),
    nextNumber: Number(read.nextNumber) || 1,
    classes: Array.isArray(read.classes) ? read.classes.filter((name) => typeof name === "string") : [],
    photos: read.photos,
  };
}

function plainHead({ name, changed }: Partial<ProjectHead>): Pick<ProjectHead, "name" | "changed"> {
  const isNamed = typeof name === "string" && name !== "";
  return { name: isNamed ? name : words().welcome.project, changed: Number(changed) || 0 };
}

/**
 * Reads a project. A photo whose file is missing or damaged costs that photo alone.
 *
 * @param read  the text of a file of it
 * @param head  its list, where it is known
 * @throws {InputError} the list, or every photo, is missing, damaged or of another format
 */
export async function parseProject(
  read: (name: string) => Promise<string>,
  head?: ProjectHead,
): Promise<SavedProject> {
  const { name, nextNumber, classes, photos: listed } = head ?? parseHead(await read(INDEX));
  const photos: PhotoDoc[] = [];
  const unread: ListedPhoto[] = [];
  const seen = new Map<string, ReadonlyMap<string, SavedMask>>();
  for (const each of listed) {
    const { id } = each;
    let photo: PhotoDoc;
    try {
      photo = parsePhoto(await read(photoFile(id)), id);
    } catch (error) {
      // Anything else may pass, as while another tab replaces the file.
      if (!InputError.isInstance(error) && !isMissing(error)) throw error;
      if (unread.push(each) === listed.length) throw error;
      continue;
    }
    photos.push({ ...photo, objects: photo.objects.map(withoutSeen) });
    seen.set(
      id,
      new Map(
        photo.objects.flatMap((object) => {
          const saved = parseSaved((object as { readonly seen?: unknown }).seen, photo);
          return saved ? [[object.id, saved] as const] : [];
        }),
      ),
    );
  }
  const objects = photos.flatMap((photo) => photo.objects);
  const used = objects.map(({ label }) => label).filter((label) => label && !classes.includes(label));
  const next = Math.max(nextNumber, ...objects.map(({ number }) => number + 1));
  return { name, doc: { photos, nextNumber: next, classes: [...classes, ...new Set(used)] }, seen, unread };
}

function parsePhoto(text: string, id: string): PhotoDoc {
  const photo = parseJson(text, photoFile(id));
  if (!isPhoto(photo, id))
    throw InputError.expected(photoFile(id), "a photo with objects", "another format", "the file is damaged");
  return {
    ...photo,
    objects: photo.objects.map(withRles),
    video: photo.video && { ...photo.video, times: Float64Array.from(photo.video.times) },
  };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw InputError.expected(name, "JSON", "something else", "the file is damaged", cause);
  }
}

function isPhoto(value: unknown, wantedId: string): value is PhotoDoc {
  const { id, name, path, width, height, objects, video } = (value ?? {}) as Partial<PhotoDoc>;
  if (video && (video.kind !== "file" || !Array.isArray(video.times))) return false;
  const isNamed = typeof name === "string" && (path === undefined || typeof path === "string");
  const isWhole = id === wantedId && isNamed;
  return (
    isWhole && Number(width) > 0 && Number(height) > 0 && Array.isArray(objects) && objects.every(isObject)
  );
}

function isObject(value: unknown): value is ObjectDoc {
  const { id, number, points, strokes, cleanUp, frames } = (value ?? {}) as Partial<ObjectDoc>;
  const isNamed = typeof id === "string" && Number.isInteger(number);
  const isWhole = Array.isArray(points) && Array.isArray(strokes) && typeof frames === "object";
  return isNamed && isWhole && typeof cleanUp === "object";
}

/** Masks that no prompt made are needed as run lengths from the first on. */
function withRles(object: ObjectDoc): ObjectDoc {
  const frames = Object.entries(object.frames).map(([frame, prompts]) => [
    frame,
    { ...prompts, mask: prompts.mask && withRle(prompts.mask) },
  ]);
  const { base, fixed } = object;
  return {
    ...object,
    base: base && refinedWithRle(base),
    fixed: fixed && withRle(fixed),
    frames: Object.fromEntries(frames),
  };
}

function refinedWithRle({ hint, base, ...answer }: RefinedAnswer): RefinedAnswer {
  return { ...answer, base: base && refinedWithRle(base), ...(hint && { hint: withRle(hint) }) };
}

function withRle(mask: FixedMask): FixedMask {
  const { size, counts } = mask.rle as SeenRle;
  return typeof counts === "string" ? { ...mask, rle: decompressRle({ size: [...size], counts }) } : mask;
}

function withoutSeen(object: ObjectDoc & { readonly seen?: unknown }): ObjectDoc {
  const { seen: _, ...rest } = object;
  return rest;
}

function isRle(value: unknown): value is RleMask {
  const { size, counts } = (value ?? {}) as Partial<RleMask>;
  return Array.isArray(size) && (Array.isArray(counts) || ArrayBuffer.isView(counts));
}
