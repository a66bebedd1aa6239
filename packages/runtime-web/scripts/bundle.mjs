// After tsc: makes each worker, and what brings a library, one file that needs no import map, and puts the engine's files beside them.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const engine = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));

await build({
  absWorkingDir: root,
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

await rm(join(root, "dist", "ort"), { recursive: true, force: true });
await mkdir(join(root, "dist", "ort"), { recursive: true });
for (const name of ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.asyncify"]) {
  // As .js: many servers have no type for .mjs. The engine starts its threads from the address it was loaded from.
  await copyFile(join(engine, `${name}.mjs`), join(root, "dist", "ort", `${name}.js`));
  await copyFile(join(engine, `${name}.wasm`), join(root, "dist", "ort", `${name}.wasm`));
}
