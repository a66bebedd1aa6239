// After tsc: one ES module with everything in it, workers and the engine's own script as texts that become blobs, and beside it what no script can
// hold: the engine's WebAssembly and the weights of nano.
import assert from "node:assert";
import { copyFile, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const out = fileURLToPath(new URL("../dist/", import.meta.url));
const runtime = dirname(fileURLToPath(import.meta.resolve("@sam2js/runtime-web")));
const nano = join(dirname(fileURLToPath(import.meta.resolve("@sam2js/nano"))), "..", "model");
const checkpoint = fileURLToPath(import.meta.resolve("@sam2js/checkpoint"));
const hub = join(
  checkpoint,
  "..",
  "..",
  "node_modules",
  "@huggingface",
  "hub",
  "dist",
  "browser",
  "index.mjs",
);

/** A file that stays a file, and what it is called beside the module. */
const BESIDE = {
  "ort-wasm-simd-threaded.wasm": "ort-wasm-simd-threaded.wasm",
  "ort-wasm-simd-threaded.asyncify.wasm": "ort-wasm-simd-threaded.asyncify.wasm",
  "model.safetensors": "nano.safetensors",
};
/** `new URL("…", import.meta.url)`, by which all packages find files of theirs. */
const FILE_URL = /new URL\("(\.[^"]+)", ?import\.meta\.url\)/g;
const textOf = (path) => readFile(path, "utf8");
const blob = (text, type) => `new Blob([${text}], { type: "${type}" })`;

/** In a worker made of a blob `import.meta.url` leads nowhere: its first line says where the module lies. */
const BASE = "SAM2JS_BASE";

/** A worker's script, or the engine's: alone in its thread. */
async function inlined(path) {
  const code = await replaceUrls(await textOf(path), path, BASE);
  return JSON.stringify(code);
}

/** Writes every file that a script finds by its address into the script, or puts it beside the module. */
async function replaceUrls(code, path, base) {
  const urls = [...new Set([...code.matchAll(FILE_URL)].map(([, url]) => url))];
  const written = new Map();
  for (const url of urls) written.set(url, await placeOf(join(dirname(path), url), base));
  return code.replace(FILE_URL, (_, url) => written.get(url));
}

async function placeOf(file, base) {
  const beside = BESIDE[basename(file)];
  if (beside) return `new URL(${JSON.stringify(`./${beside}`)}, ${base})`;
  if (file.endsWith(".json")) return blob(JSON.stringify(await textOf(file)), "application/json");
  assert.match(file, /\.js$/, `${file} is neither a script, JSON, nor a file that is copied`);
  const first = `\`const ${BASE} = \${JSON.stringify(${base})};\``;
  return `new URL(URL.createObjectURL(${blob(`${first}, ${await inlined(file)}`, "text/javascript")}))`;
}

await build({
  entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
  outfile: join(out, "sam2js.js"),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  alias: { "@huggingface/hub": hub },
  legalComments: "inline",
  logLevel: "warning",
  plugins: [
    {
      name: "in-one-file",
      setup: ({ onLoad }) =>
        onLoad({ filter: /[\\/](runtime-web|nano)[\\/]dist[\\/].*\.js$/ }, async ({ path }) => ({
          contents: await replaceUrls(await textOf(path), path, "import.meta.url"),
        })),
    },
  ],
});

for (const name of ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.asyncify.wasm"])
  await copyFile(join(runtime, "ort", name), join(out, BESIDE[name]));
await copyFile(join(nano, "q8", "model.safetensors"), join(out, BESIDE["model.safetensors"]));
