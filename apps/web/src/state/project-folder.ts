import type { Doc, PhotoDoc } from "../domain/document.js";
import { inLanes } from "./in-lanes.js";
import { savedMask } from "./masks.js";
import { isMissing } from "./missing-file.js";
import { photoBlobs } from "./project.js";
import {
  headText,
  INDEX,
  type ListedPhoto,
  listText,
  type ProjectHead,
  parseHead,
  parseProject,
  photoFile,
  photoText,
  recoverHead,
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
  readonly #checkOwner: () => Promise<void>;
  #folder: Promise<FileSystemDirectoryHandle> | undefined;
  /** Names of files that are there. */
  #there: Set<string> | undefined;
  /** What each file was made of when it was written last. */
  readonly #written = new Map<string, readonly unknown[]>();
  /** Photos that the list on the device has. */
  #listed: ReadonlySet<string> = new Set();
  /** Photos whose files could not be read: they stay in the list, and their files as they are. */
  #unread: readonly ListedPhoto[] = [];
  readonly #gone = new Set<string>();

  /**
   * @param open        gives the folder; called when it is first needed
   * @param checkOwner  called before each file takes its place; it stays as it was where this fails
   */
  constructor(open: () => Promise<FileSystemDirectoryHandle>, checkOwner = async () => {}) {
    this.#open = open;
    this.#checkOwner = checkOwner;
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
      if (picture && !there.has(photo.id)) await this.#putPicture(photo.id, picture);
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

  /** @throws {InputError} no photo can be read, or the project is of a later version */
  async read(): Promise<{ readonly project: SavedProject; readonly blobs: ReadonlyMap<string, Blob> }> {
    const project = await parseProject((name) => this.#text(name), await this.head());
    this.#unread = project.unread;
    this.#listed = new Set(project.doc.photos.map(({ id }) => id));
    for (const photo of project.doc.photos)
      this.#written.set(photoFile(photo.id), partsOf(photo, project.seen.get(photo.id)));
    const blobs = new Map<string, Blob>();
    const there = await this.#names();
    for (const photo of project.doc.photos) {
      for (const name of [photo.id, ...(photo.video ? namesOf(photo) : [])]) {
        const file = there.has(name) && (await this.#fileOrNone(name));
        if (file) blobs.set(name, file);
      }
    }
    return { project, blobs };
  }

  /** Something of it could not be read, and is not lost for that. */
  get hasUnread(): boolean {
    return this.#unread.length > 0;
  }

  /** Photos whose pictures could not be written, since their own files are gone. */
  get gone(): ReadonlySet<string> {
    return this.#gone;
  }

  /** The next picture of a photo is written, whatever is there: that one cannot be read. */
  forgetPicture(id: string): void {
    this.#there?.delete(id);
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

  /** What the list of projects says of it; where that is missing or damaged, what its photos do. @throws {InputError} it is of a later version */
  async head(): Promise<ProjectHead> {
    const text = await this.#text(INDEX).catch((error) => {
      if (isMissing(error)) return "";
      throw error;
    });
    if (isJson(text)) return parseHead(text);
    return recoverHead(await this.#names(), (name) => this.#text(name));
  }

  /** Another name in the list. Only of a project that nobody edits. */
  async rename(name: string): Promise<void> {
    await this.#put(INDEX, listText({ ...(await this.head()), name }));
  }

  /** All files as they are, but for the small picture; the list is made anew where there is none. */
  async files(): Promise<{ readonly list: string; readonly parts: readonly { id: string; blob: Blob }[] }> {
    const parts: { id: string; blob: Blob }[] = [];
    for (const id of await this.#names()) {
      const blob = id === INDEX || id === COVER ? undefined : await this.#fileOrNone(id);
      if (blob) parts.push({ id, blob });
    }
    const list = await this.#fileOrNone(INDEX);
    return { list: list ? await list.text() : listText(await this.head()), parts };
  }

  /** A small picture of its first photo. */
  async cover(): Promise<Blob | undefined> {
    return this.#file(COVER).catch(() => undefined);
  }

  async #putList(doc: Doc, name: string): Promise<void> {
    await this.#put(INDEX, headText(doc, name, this.#unread));
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

  /** A photo whose file is gone, as with the stick that it was on, costs no other photo its save. */
  async #putPicture(id: string, picture: Blob): Promise<void> {
    try {
      await this.#put(id, picture);
      this.#gone.delete(id);
    } catch (error) {
      if (await isReadable(picture)) throw error;
      this.#gone.add(id);
    }
  }

  async #put(name: string, content: Blob | string): Promise<void> {
    const stream = await this.#stream(name);
    try {
      await stream.write(content);
      await this.#checkOwner();
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    this.#there?.add(name);
  }

  async #stream(name: string): Promise<FileSystemWritableFileStream> {
    try {
      const handle = await (await this.#handle()).getFileHandle(name, { create: true });
      return await handle.createWritable();
    } catch (error) {
      if (isMissing(error)) this.#beginAnew();
      throw error;
    }
  }

  /** The folder is gone, as where somebody cleared the site's data: the next save makes it again, and writes all. */
  #beginAnew(): void {
    this.#folder = undefined;
    this.#there = undefined;
    this.#listed = new Set();
    this.#unread = [];
    this.#written.clear();
  }

  /** @throws {DOMException} "NotFoundError": it is not there, or empty, since the tab ended or the room did before it was written first */
  async #file(name: string): Promise<File> {
    const file = await (await (await this.#handle()).getFileHandle(name)).getFile();
    if (file.size === 0) throw new DOMException(`${name}: expected its content, got none`, "NotFoundError");
    return file;
  }

  async #fileOrNone(name: string): Promise<File | undefined> {
    try {
      return await this.#file(name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #text(name: string): Promise<string> {
    return (await this.#file(name)).text();
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

async function isReadable(blob: Blob): Promise<boolean> {
  return blob
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
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
