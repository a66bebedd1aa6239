import { objectColor } from "../domain/colors.js";
import { fixClasses } from "../domain/commands.js";
import type { ObjectDoc, PhotoDoc } from "../domain/document.js";
import type {
  ExportedFile,
  ExportFormat,
  ExportItem,
  ExportRequest,
  PhotoInput,
} from "../protocol/engine.js";
import { fill, words } from "../words/words.js";
import { madeMask } from "./asking.js";
import { prepareWhole } from "./encoding.js";
import { inputOf, photoInput } from "./masks.js";
import * as session from "./session.js";

/** The chosen objects, all of the photo, or all of all photos. */
export type ExportScope = "object" | "photo" | "all";

export const FORMATS: readonly { readonly id: ExportFormat; readonly isPicture: boolean }[] = [
  { id: "cutout", isPicture: true },
  { id: "mask", isPicture: true },
  { id: "overlay", isPicture: true },
  { id: "labels", isPicture: true },
  { id: "ids", isPicture: true },
  { id: "classmap", isPicture: true },
  { id: "coco", isPicture: false },
  { id: "yolo", isPicture: false },
  { id: "voc", isPicture: false },
  { id: "cvat", isPicture: false },
  { id: "labelstudio", isPicture: false },
  { id: "svg", isPicture: false },
  { id: "geojson", isPicture: false },
];

/**
 * What an export of this scope holds: hidden objects and empty masks are left out. Masks that nobody asked for since the page was opened are made first,
 * and of all photos those that a draft has answered are made anew.
 *
 * @throws {InputError} a mask is missing and no model is there to make it
 */
export async function exportRequest(
  format: ExportFormat,
  scope: ExportScope,
  looks: Partial<ExportLooks> = {},
  options: ExportRequestOptions = {},
): Promise<ExportRequest> {
  const { photos: all } = session.doc.value;
  const photos = (scope === "all" ? all : [session.photo.value]).filter(
    (photo) => photo !== undefined && photo !== null,
  );
  const chosen = session.chosenIds.value;
  const listed: { photo: PhotoInput; items: ExportItem[] }[] = [];
  for (const [done, photo] of photos.entries()) {
    options.onProgress?.(done, photos.length);
    // Where a picture is missing its masks are there.
    const isEnough = !needsPixels(format, looks);
    const input = photoInput(photo) ?? (isEnough ? inputOf(photo, photo.id, new Blob()) : undefined);
    if (!input || photo.video) continue;
    // Who looks at them later would see other masks than in the file.
    if (scope === "all") await prepareWhole(photo, options.signal);
    const items: ExportItem[] = [];
    for (const object of photo.objects) {
      if (scope !== "object" || chosen.has(object.id))
        items.push(...(await itemOf(photo, object, options.signal)));
    }
    listed.push({ photo: input, items });
  }
  const classes = HAS_CLASSES.has(format) ? fixedClasses(listed) : session.doc.value.classes;
  return { ...PLAIN, ...looks, format, classes, photos: listed };
}

/** Formats that show the photo. */
const SHOWS_PHOTO: ReadonlySet<ExportFormat> = new Set(["cutout", "overlay"]);

function needsPixels(format: ExportFormat, { hasPhotos = false }: Partial<ExportLooks>): boolean {
  return hasPhotos || SHOWS_PHOTO.has(format);
}

/** The project's classes, which have their numbers from the first file on. Objects without a class are one class in files. */
function fixedClasses(listed: readonly { readonly items: readonly ExportItem[] }[]): readonly string[] {
  const { classes } = session.doc.value;
  const isUnlabelled = listed.some(({ items }) => items.some(({ label }) => label.trim() === ""));
  const written = isUnlabelled && !classes.includes("object") ? [...classes, "object"] : classes;
  // A reader may export too; its tab writes no numbers down.
  if (!session.project.value?.isReadOnly) session.dispatchForGood(fixClasses(written));
  return written;
}

/** How files are written, beside their format. */
export type ExportLooks = Pick<ExportRequest, "cutOut" | "isFlat" | "isPolygon" | "hasPhotos" | "validation">;

const PLAIN: Omit<ExportLooks, "cutOut"> = {
  isFlat: false,
  isPolygon: false,
  hasPhotos: false,
  validation: 0,
};

/** Formats that number classes. */
const HAS_CLASSES: ReadonlySet<ExportFormat> = new Set(["coco", "yolo", "voc", "cvat", "classmap"]);

export interface ExportRequestOptions {
  readonly signal?: AbortSignal;
  /** Photos whose masks are there, of so many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export function runExport(request: ExportRequest, signal?: AbortSignal): Promise<ExportedFile> {
  performance.mark("sam2js:export");
  return session.engine().exportFile(request, { signal });
}

export function download({ name, blob }: ExportedFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
  session.say(fill(words().done.downloaded, { name }));
}

/** Whether this browser lets the page write into a folder. */
export function canSaveIntoFolder(): boolean {
  return "showDirectoryPicker" in globalThis;
}

/** Writes the files of a zip into a new folder in one that the user picks. */
export async function saveIntoFolder(file: ExportedFile): Promise<void> {
  try {
    const folder = await showDirectoryPicker({ id: "exports", mode: "readwrite" });
    const { name, count } = await session.engine().unpackInto({ file, folder });
    session.say(fill(words().done.foldered, { name, count }));
  } catch (error) {
    // No folder was picked.
    if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
  }
}

/** Puts a picture or a text on the clipboard. */
export async function copy({ name, blob }: ExportedFile): Promise<void> {
  const isText = /\.(json|geojson|txt|svg)$/.test(name);
  const type = isText ? "text/plain" : blob.type;
  await navigator.clipboard.write([new ClipboardItem({ [type]: new Blob([blob], { type }) })]);
  session.say(words().done.copied);
}

/** Whether this device hands such files to other apps, as phones do. */
export function canShare(file: ExportedFile): boolean {
  return navigator.canShare?.({ files: [toFile(file)] }) ?? false;
}

/** Hands a file to another app that the user picks. */
export async function share(file: ExportedFile): Promise<void> {
  await navigator.share({ files: [toFile(file)] });
  session.say(fill(words().done.shared, { name: file.name }));
}

/** Lets a file be dragged out of the page: browsers that can make a file of it where it is dropped. @param url  of the file's content */
export function dragOut({ dataTransfer }: DragEvent, { name, blob }: ExportedFile, url: string): void {
  if (!dataTransfer) return;
  dataTransfer.effectAllowed = "copy";
  dataTransfer.setData("DownloadURL", `${blob.type}:${name}:${url}`);
}

function toFile({ name, blob }: ExportedFile): File {
  return new File([blob], name, { type: blob.type });
}

async function itemOf(photo: PhotoDoc, object: ObjectDoc, signal?: AbortSignal): Promise<ExportItem[]> {
  const mask = object.isVisible ? await madeMask(photo, object, signal) : undefined;
  if (!mask) return [];
  const { name, label, number } = object;
  return [{ name, label, color: objectColor(number), rle: mask.rle, score: mask.score }];
}
