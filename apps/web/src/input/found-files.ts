import { compareNames, isOwnResult } from "@sam2js/media";

/** A file, and where it lay. */
export interface FoundFile {
  /** With its folders, `/` between them. */
  readonly path: string;
  readonly file: File;
}

/** Files that systems put into folders, for themselves. */
const JUNK = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

/** All files of what was dropped, folders and what is in them included, in the order of their names. */
export async function filesOfEntries(entries: readonly FileSystemEntry[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of entries.toSorted(byName)) {
    if (entry.isDirectory)
      found.push(...(await filesOfEntries(await entriesOf(entry as FileSystemDirectoryEntry))));
    else {
      const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
      found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    }
  }
  return withoutJunk(found);
}

/** All files of a folder that was picked, in the order of their names. */
export async function filesOfFolder(
  folder: FileSystemDirectoryHandle,
  path = folder.name,
): Promise<FoundFile[]> {
  const handles: (FileSystemFileHandle | FileSystemDirectoryHandle)[] = [];
  for await (const handle of folder.values()) handles.push(handle);
  const found: FoundFile[] = [];
  for (const handle of handles.toSorted(byName)) {
    const own = `${path}/${handle.name}`;
    if (handle.kind === "directory") found.push(...(await filesOfFolder(handle, own)));
    else found.push({ path: own, file: await handle.getFile() });
  }
  return withoutJunk(found);
}

/** Files of an input, in the order of their names where they come from a folder. */
export function filesOfInput(input: HTMLInputElement): FoundFile[] {
  const found = [...(input.files ?? [])].map((file) => ({
    path: file.webkitRelativePath || file.name,
    file,
  }));
  if (!input.webkitdirectory) return found;
  return withoutJunk(found.sort((a, b) => byName({ name: a.path }, { name: b.path })));
}

/** Whether a file lay in a folder as the result of earlier work, `photo.overlay.png`. Who chooses one by itself means it. */
export function isLeftResult({ path }: FoundFile): boolean {
  return path.includes("/") && isOwnResult(path);
}

function withoutJunk(found: readonly FoundFile[]): FoundFile[] {
  return found.filter(({ path }) => !JUNK.test(path));
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareNames(a.name, b.name);
}

/** A folder is read in parts; the last one is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
