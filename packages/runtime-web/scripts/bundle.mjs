// After tsc: makes each worker, and what brings a library, one file that needs no import map, and puts the engine's files beside them.
import assert from "node:assert";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const engine = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));

/** Replaces what must be there: another release of the engine may be written in another way. */
function replaced(text, pattern, replacement) {
  assert.match(text, pattern, "this release of onnxruntime-web is written in another way");
  return text.replace(pattern, replacement);
}

const { outputFiles } = await build({
  absWorkingDir: root,
  write: false,
  plugins: [
    {
      name: "engine-for-bundlers",
      setup: ({ onLoad }) =>
        onLoad({ filter: /onnxruntime-web[\\/]dist[\\/]ort\.[\w.]+\.mjs$/ }, async ({ path }) => ({
          // Bundlers take this for a file to look for. It serves only to find files whose addresses our code gives.
          contents: replaced(
            await readFile(path, "utf8"),
            /new (\w+)\("ort\.\w+\.min\.mjs",import\.meta\.url\)/,
            "new $1(import.meta.url)",
          ),
        })),
    },
  ],
  entryPoints: [
    "src/engine/wasm-engine.ts",
    "src/engine/webgpu-engine.ts",
    "src/engine/wasm-worker.ts",
    "src/engine/webgpu-worker.ts",
    "src/desk-work/local-desk.ts",
    "src/desk-work/desk-worker.ts",
    "src/images/open-file.ts",
  ],
  outbase: "src",
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  // The engine's build whose glue is a file of its own, which its threads can start from.
  conditions: ["onnxruntime-web-use-extern-wasm"],
  legalComments: "inline",
  logLevel: "warning",
});

for (const { path, text } of outputFiles) {
  // Minifying drops the comments by which bundlers leave an import of an address alone.
  const ignored = "import(/*webpackIgnore:true*//*turbopackIgnore:true*//*@vite-ignore*/$1)";
  await writeFile(path, text.replace(/\bimport\((\w+)\)/g, ignored));
}

await rm(join(root, "dist", "ort"), { recursive: true, force: true });
await mkdir(join(root, "dist", "ort"), { recursive: true });
for (const name of ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.asyncify"]) {
  // As .js: many servers have no type for .mjs. The engine starts its threads from the address it was loaded from.
  // webpack minifies a .js file as a script, in which nothing may be awaited outside of functions; this is only for threads of Node.
  const glue = await readFile(join(engine, `${name}.mjs`), "utf8");
  await writeFile(
    join(root, "dist", "ort", `${name}.js`),
    replaced(
      glue,
      /if\(isNode\)isPthread=\(await import\("worker_threads"\)\)\.workerData==="em-pthread";/,
      "",
    ),
  );
  await copyFile(join(engine, `${name}.wasm`), join(root, "dist", "ort", `${name}.wasm`));
}
