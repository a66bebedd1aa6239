/** The folder of all models in the origin's private file system. */
const ROOT = "sam2js";

/** A folder below the root; undefined where it is not there and shall not be made. */
export async function opfsFolder(
  path: readonly string[],
  isMade: boolean,
): Promise<FileSystemDirectoryHandle | undefined> {
  let folder = await navigator.storage.getDirectory();
  for (const name of [ROOT, ...path]) {
    try {
      folder = await folder.getDirectoryHandle(name, { create: isMade });
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }
  return folder;
}

/** Whether a file system says that there is no such file or folder. */
export function isNotThere(error: unknown): boolean {
  return (
    error instanceof DOMException && (error.name === "NotFoundError" || error.name === "TypeMismatchError")
  );
}
