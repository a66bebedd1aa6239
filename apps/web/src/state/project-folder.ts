import type { Doc, PhotoDoc } from "../domain/document.js";
import { inLanes } from "./in-lanes.js";
import { savedMask } from "./masks.js";
import { photoBlobs } from "./project.js";
import {
  headText,
  INDEX,
  type ProjectHead,
  parseHead,
  parseProject,
  photoFile,
  photoText,
  type SavedProject,
} from "./project-files.js";
import type { SavedMask } from "./seen-masks.js";
import * as session from "./session.js";
import { type KeptFile, namesOf, videoFiles } from "./video/saving.js";

const COVER = "cover";
/** In pixels. */
const COVER_WIDTH = 420;
/** While many photos are written, those that are there by now are listed so often: a tab may end at any moment. */
const LIST_MS = 300;
/** Photos that are written at a time: a file takes the browser's time more than ours. */
const LANES = 6;

/** A project in the browser's private file system. A file is replaced as a whole or not at all, whenever the tab ends. */
export class ProjectFolder {
  readonly #open: () => Promise<FileSystemDirectoryHandle>;
  #folder: Promise<FileSystemDirectoryHandle> | undefined;
  /** Names of files that are there. */
  #there: Set<string> | undefined;
  /** What each file was made of when it was written last. */
  readonly #written = new Map<string, readonly unknown[]>();
  /** Photos that the list on the device has. */
  #listed: ReadonlySet<string> = new Set();

  /** @param open  gives the folder; called when it is first needed */
  constructor(open: () => Promise<FileSystemDirectoryHandle>) {
    this.#open = open;
  }

  /**
   * Writes what has changed: of each photo its picture, then what it holds; then the list of them, and now and then on the way. Files of photos
   * that are gone stay until the next visit, since undo may bring them back.
   *
   * @returns  what videos' tracks took, in milliseconds: they are written whole, and may be long
   */
  async write(doc: Doc, name: string): Promise<number> {
    const there = await this.#names();
    const pictures = new Map(photoBlobs(doc).map(({ id, blob }) => [id, blob]));
    const done = new Set<string>();
    let listedAt = Number.NEGATIVE_INFINITY;
    await inLanes(doc.photos, LANES, async (photo) => {
      const picture = pictures.get(photo.id);
      if (picture && !there.has(photo.id)) await this.#put(photo.id, picture);
      const seen = new Map(photo.objects.map((object) => [object.id, savedMask(photo, object)]));
      await this.#putChanged(photoFile(photo.id), partsOf(photo, seen), () =>
        photoText(photo, ({ id }) => seen.get(id)),
      );
      done.add(photo.id);
      if (performance.now() - listedAt < LIST_MS || this.#listed.has(photo.id)) return;
      listedAt = Number.POSITIVE_INFINITY;
      const photos = doc.photos.filter(({ id }) => done.has(id) || this.#listed.has(id));
      await this.#putList({ ...doc, photos }, name);
      listedAt = performance.now();
    });
    const start = performance.now();
    for (const file of await videoFiles(doc, there)) await this.#putVideo(file, there);
    const tracksMs = performance.now() - start;
    const image = session.pixels.value.get(doc.photos[0]?.id ?? "")?.image;
    if (image?.width) await this.#putChanged(COVER, [doc.photos[0]?.id], () => smallPicture(image));
    await this.#putList(doc, name);
    return tracksMs;
  }

  /** @throws {InputError} a file is damaged, or of a later version */
  async read(): Promise<{ readonly project: SavedProject; readonly blobs: ReadonlyMap<string, Blob> }> {
    const project = await parseProject(async (name) => (await this.#file(name)).text());
    this.#listed = new Set(project.doc.photos.map(({ id }) => id));
    for (const photo of project.doc.photos)
      this.#written.set(photoFile(photo.id), partsOf(photo, project.seen.get(photo.id)));
    const blobs = new Map<string, Blob>();
    const there = await this.#names();
    for (const photo of project.doc.photos) {
      for (const name of [photo.id, ...(photo.video ? namesOf(photo) : [])])
        if (there.has(name)) blobs.set(name, await this.#file(name));
    }
    return { project, blobs };
  }

  /** Removes files that no photo of the list has. Only before it is read: what was read is read again from the same files. */
  async tidy(): Promise<void> {
    const { photos } = await this.head();
    const wanted = new Set([
      INDEX,
      COVER,
      ...photos.flatMap(({ id }) => [id, photoFile(id), ...namesOf({ id })]),
    ]);
    for (const name of await this.#names()) {
      if (wanted.has(name)) continue;
      await (await this.#handle()).removeEntry(name);
      this.#there?.delete(name);
    }
  }

  /** What the list of projects says of it. @throws {InputError} it is damaged, or of a later version */
  async head(): Promise<ProjectHead> {
    return parseHead(await (await this.#file(INDEX)).text());
  }

  /** Another name in the list. Only of a project that nobody edits. */
  async rename(name: string): Promise<void> {
    await this.#put(INDEX, JSON.stringify({ ...JSON.parse(await (await this.#file(INDEX)).text()), name }));
  }

  /** A small picture of its first photo. */
  async cover(): Promise<Blob | undefined> {
    return this.#file(COVER).catch(() => undefined);
  }

  async #putList(doc: Doc, name: string): Promise<void> {
    await this.#put(INDEX, headText(doc, name));
    this.#listed = new Set(doc.photos.map(({ id }) => id));
  }

  async #putVideo({ name, blob, version }: KeptFile, there: ReadonlySet<string>): Promise<void> {
    if (version !== undefined) await this.#putChanged(name, [version], blob);
    else if (!there.has(name)) await this.#put(name, await blob());
  }

  async #putChanged(
    name: string,
    parts: readonly unknown[],
    content: () => Promise<Blob> | string,
  ): Promise<void> {
    const before = this.#written.get(name);
    if (before?.length === parts.length && parts.every((part, i) => part === before[i])) return;
    await this.#put(name, await content());
    this.#written.set(name, parts);
  }

  async #put(name: string, content: Blob | string): Promise<void> {
    const stream = await (
      await (await this.#handle()).getFileHandle(name, { create: true })
    ).createWritable();
    try {
      await stream.write(content);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    this.#there?.add(name);
  }

  async #file(name: string): Promise<File> {
    return (await (await this.#handle()).getFileHandle(name)).getFile();
  }

  #handle(): Promise<FileSystemDirectoryHandle> {
    this.#folder ??= this.#open();
    this.#folder.catch(() => {
      this.#folder = undefined;
    });
    return this.#folder;
  }

  async #names(): Promise<Set<string>> {
    if (this.#there) return this.#there;
    const names = new Set<string>();
    for await (const name of (await this.#handle()).keys()) names.add(name);
    this.#there = names;
    return names;
  }
}

/** What a photo's file is made of. Immutable, so the same parts are the same file. */
function partsOf(
  photo: PhotoDoc,
  seen: ReadonlyMap<string, SavedMask | undefined> | undefined,
): readonly unknown[] {
  const masks = photo.objects.flatMap(({ id }) => [seen?.get(id)?.answer, seen?.get(id)?.work]);
  return [photo, ...masks];
}

function smallPicture(image: ImageBitmap): Promise<Blob> {
  const scale = Math.min(1, COVER_WIDTH / image.width);
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg" });
}
