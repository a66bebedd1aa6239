import { unzipSync } from "fflate";
import type { UnpackRequest } from "../../protocol/engine.js";

/** Writes the files of an export into a new folder in another one, so that nothing there is replaced. */
export async function unpackInto({
  file,
  folder,
}: UnpackRequest): Promise<{ readonly name: string; readonly count: number }> {
  const bytes = new Uint8Array(await file.blob.arrayBuffer());
  const names: string[] = [];
  unzipSync(bytes, { filter: ({ name }) => names.push(name) < 0 });
  const into = await newFolder(folder, file.name.replace(/\.zip$/, ""));
  for (const name of names) {
    // One at a time: all of them are the whole zip once more.
    const content = unzipSync(bytes, { filter: (each) => each.name === name })[name];
    const folders = name.split("/");
    const own = folders.pop() ?? name;
    let at = into;
    for (const each of folders) at = await at.getDirectoryHandle(each, { create: true });
    const writable = await (await at.getFileHandle(own, { create: true })).createWritable();
    await writable.write(new Uint8Array(content ?? []));
    await writable.close();
  }
  return { name: into.name, count: names.length };
}

async function newFolder(
  folder: FileSystemDirectoryHandle,
  wanted: string,
): Promise<FileSystemDirectoryHandle> {
  const taken = new Set<string>();
  for await (const name of folder.keys()) taken.add(name);
  let name = wanted;
  for (let i = 2; taken.has(name); i += 1) name = `${wanted}-${i}`;
  return folder.getDirectoryHandle(name, { create: true });
}
