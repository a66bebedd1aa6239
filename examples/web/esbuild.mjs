// esbuild does not follow workers, nor files that a package finds by its own address: it gets the one script that has the workers inside.
import { cpSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const packages = ["masks", "nano/q8", "pipeline", "processor", "runtime-web"];
const outdir = "dist/esbuild";
await build({
  entryPoints: ["click.js"],
  bundle: true,
  format: "esm",
  outdir,
  alias: Object.fromEntries(packages.map((name) => [`@sam2js/${name}`, "@sam2js/standalone"])),
});

// What no script can hold.
const standalone = dirname(fileURLToPath(import.meta.resolve("@sam2js/standalone")));
for (const name of [
  "ort-wasm-simd-threaded.wasm",
  "ort-wasm-simd-threaded.asyncify.wasm",
  "nano.safetensors",
])
  cpSync(`${standalone}/${name}`, `${outdir}/${name}`);
cpSync("index.html", `${outdir}/index.html`);
