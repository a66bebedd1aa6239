import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isUrl, sortFolder } from "@sam2js/media";
import { listFiles } from "./expand-inputs.js";

/**
 * Tells one content from another: of a file its SHA-256, of a folder that of its pictures and their names in order. What cannot be read
 * twice, a URL or a pipe, is never the same again.
 */
export async function digestOf(path: string, signal?: AbortSignal): Promise<string> {
  if (isUrl(path)) return randomUUID();
  const hash = createHash("sha256");
  const found = await stat(path);
  if (!found.isDirectory() && !found.isFile()) return randomUUID();
  const names = found.isDirectory() ? sortFolder(await listFiles(path)).pictures : [""];
  for (const name of names) {
    hash.update(`${name}\0`);
    const bytes = createReadStream(join(path, name), { highWaterMark: 1 << 20, ...(signal && { signal }) });
    for await (const chunk of bytes) hash.update(chunk);
  }
  return hash.digest("hex");
}
