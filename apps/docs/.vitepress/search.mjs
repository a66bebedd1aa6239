import assert from "node:assert";
import { join } from "node:path";
import { close, createIndex } from "pagefind";

/** Writes what the search reads: an index of the built pages in small files, of which a search fetches those that it needs. */
export async function writeSearch(outDir) {
  // No full stop: a word before it would be another word, and `memory.` would not be found by `memory`.
  const { index, errors } = await createIndex({ includeCharacters: "@_/-" });
  const added = await index.addDirectory({ path: outDir });
  const written = await index.writeFiles({ outputPath: join(outDir, "pagefind") });
  await close();
  assert.deepEqual([...errors, ...added.errors, ...written.errors], []);
}
