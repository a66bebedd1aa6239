import { type KeptFile, namesOf, posterName, videoFiles } from "../video/saving.js";
import type { Doc, PhotoDoc } from "./document.js";
import { savedMask } from "./masks.js";
import { photoBlobs } from "./project.js";
import {
  headText,
  INDEX,
  parseHead,
  parseProject,
  photoFile,
  photoText,
  type SavedProject,
} from "./project-files.js";

/** A project in the browser's private file system. A file is replaced as a whole or not at all, whenever the tab ends. */
export class ProjectFolder {
  readonly #folder: FileSystemDirectoryHandle;
  /** Names of files that are there. */
  #there: Set<string> | undefined;
  /** What each file was made of when it was written last. */
  readonly #written = new Map<string, readonly unknown[]>();

  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /**
   * Writes what has changed: pictures first, then what each photo holds, then the list of them. Files of photos that are gone stay until the
   * next visit, since undo may bring them back.
   */
  async write(doc: Doc): Promise<void> {
    const there = await this.#names();
    for (const { id, blob } of photoBlobs(doc)) if (!there.has(id)) await this.#put(id, blob);
    for (const photo of doc.photos) {
      const seen = photo.objects.map((object) => savedMask(photo, object));
      const parts = [photo, ...seen.flatMap((saved) => [saved?.answer, saved?.work])];
      await this.#putChanged(photoFile(photo.id), parts, () =>
        photoText(photo, (object) => seen[photo.objects.indexOf(object)]),
      );
    }
    for (const file of await videoFiles(doc, there)) await this.#putVideo(file, there);
    await this.#putChanged(INDEX, [doc.photos, doc.nextNumber], () => headText(doc));
  }

  /** @throws {InputError} a file is damaged, or of a later version */
  async read(): Promise<{ readonly project: SavedProject; readonly blobs: ReadonlyMap<string, Blob> }> {
    const project = await parseProject(async (name) => (await this.#file(name)).text());
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
    const { photos } = parseHead(await (await this.#file(INDEX)).text());
    const wanted = new Set([INDEX, ...photos.flatMap(({ id }) => [id, photoFile(id), ...namesOf({ id })])]);
    for (const name of await this.#names()) {
      if (wanted.has(name)) continue;
      await this.#folder.removeEntry(name);
      this.#there?.delete(name);
    }
  }

  /** A picture of the project, small where it is a video's. */
  async picture({ id, video }: Pick<PhotoDoc, "id" | "video">): Promise<Blob | undefined> {
    return this.#file(video ? posterName(id) : id).catch(() => undefined);
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
    const stream = await (await this.#folder.getFileHandle(name, { create: true })).createWritable();
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
    return (await this.#folder.getFileHandle(name)).getFile();
  }

  async #names(): Promise<Set<string>> {
    if (this.#there) return this.#there;
    const names = new Set<string>();
    for await (const name of this.#folder.keys()) names.add(name);
    this.#there = names;
    return names;
  }
}
