import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Writes a result where a flag asked for it, and says so. */
export async function save(path, content) {
  if (!path) return;
  const to = resolve(path);
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  console.log(`wrote ${path}`);
}
