import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin, ResolvedConfig } from "vite";

/** What no visit needs: the worker itself, maps for developers, and licences to read. */
const LEFT_OUT = /(^|\/)sw\.js$|\.map$|(^|\/)licenses\.txt$/;

/** ONNX Runtime's own files. */
const ENGINE_FILE = /ort-wasm/;

/** Writes `sw.js` with the list of all files of the build, and a version that changes with any of them. */
export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "sam2js:service-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async writeBundle() {
      const root = resolve(config.root, config.build.outDir);
      const files = (await listFiles(root)).filter((file) => !LEFT_OUT.test(file)).sort();
      const hash = createHash("sha256");
      for (const file of files) hash.update(file).update(await readFile(join(root, file)));
      const source = await readFile(
        fileURLToPath(new URL("service-worker-source.js", import.meta.url)),
        "utf8",
      );
      const version = hash.digest("hex").slice(0, 16);
      const text = source
        .replace('"__VERSION__"', JSON.stringify(version))
        .replace("__FILES__", JSON.stringify(files.filter((file) => !ENGINE_FILE.test(file))))
        .replace("__ENGINE_FILES__", JSON.stringify(files.filter((file) => ENGINE_FILE.test(file))));
      await writeFile(join(root, "sw.js"), text);
    },
  };
}

async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}
