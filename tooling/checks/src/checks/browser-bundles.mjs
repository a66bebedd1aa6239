import { readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { root } from "../workspace.mjs";

/** What browsers are given as it is. */
const FOLDERS = ["packages/runtime-web/dist", "apps/web/dist"];

/**
 * The engine's glue, which serves Node too: it asks for these only where `process` is Node's, and browsers never come there.
 */
const ENGINE_GLUE = /(^|[\\/])ort-wasm-simd-threaded[^\\/]*\.js$/;

const NODE_MODULES = new Set(builtinModules);

/** Whether a browser must fail at an import: a module of Node, or a native addon. */
export function isOfNode(specifier) {
  return specifier.startsWith("node:") || NODE_MODULES.has(specifier) || specifier.endsWith(".node");
}

/** Looks at every built script and module that browsers get for modules of Node and native addons, however they are asked for. */
export async function browserBundlesCheck({ say }) {
  const report = { passed: 0, failed: 0, output: "" };
  for (const folder of FOLDERS) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const addons = files.filter((file) => file.endsWith(".node"));
    const scripts = files.filter((file) => /\.m?js$/.test(file) && !ENGINE_GLUE.test(file));
    const complaints = addons.map((file) => `${relative(root, file)}: a native addon`);
    for (const { file, specifier } of await importsOf(scripts)) {
      if (isOfNode(specifier)) complaints.push(`${relative(root, file)}: imports ${specifier}`);
    }
    if (scripts.length === 0) complaints.push(`${folder}: not built`);
    say(`${folder}: ${scripts.length} scripts, ${complaints.length} complaints`);
    report[complaints.length === 0 ? "passed" : "failed"] += 1;
    report.output += complaints.map((text) => `${text}\n`).join("");
  }
  return report;
}

/** Every `import`, `import()` and `require()` of files, with what it asks for. */
export async function importsOf(files) {
  const found = [];
  await build({
    entryPoints: files,
    bundle: true,
    write: false,
    outdir: "unwritten",
    format: "esm",
    logLevel: "silent",
    plugins: [
      {
        name: "imports",
        setup({ onResolve }) {
          onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
            if (kind === "entry-point") return undefined;
            found.push({ file: importer, specifier: path });
            return { path, external: true };
          });
        },
      },
    ],
  });
  return found;
}
