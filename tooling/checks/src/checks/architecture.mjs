import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { root, workspacePackages } from "../workspace.mjs";
import { complaintsResult } from "./complaints.mjs";

/** The arrows between packages; nothing else may be imported. Apps and tooling may import any package. */
const ARROWS = {
  core: [],
  nano: [],
  graph: ["core"],
  checkpoint: ["core"],
  "runtime-ort": ["core"],
  "runtime-node": ["core", "runtime-ort"],
  "runtime-web": ["core", "runtime-ort"],
  masks: ["core"],
  media: ["core"],
  batch: ["core", "masks", "media", "runtime-node"],
  processor: ["core", "checkpoint", "masks"],
  embeddings: ["core", "graph"],
  pipeline: ["core", "graph", "embeddings", "checkpoint", "masks", "processor"],
  "embedding-store": ["core", "embeddings", "pipeline", "processor", "runtime-node"],
  client: ["core"],
  element: ["core", "checkpoint", "masks", "nano", "pipeline", "processor", "runtime-web"],
  standalone: ["core", "element", "masks", "nano", "pipeline", "processor", "runtime-web"],
  video: ["core", "graph", "embeddings", "checkpoint", "masks", "processor"],
};
const NEUTRAL = [
  "core",
  "runtime-ort",
  "graph",
  "checkpoint",
  "masks",
  "embeddings",
  "media",
  "processor",
  "pipeline",
  "video",
  "client",
];

/** Checks which package imports which, that no import leaves its package by a path, and that neutral packages stay neutral. */
export function architectureCheck() {
  const complaints = [];
  for (const { folder, manifest } of workspacePackages().filter((each) =>
    each.folder.startsWith("packages/"),
  )) {
    const short = folder.slice("packages/".length);
    const allowed = ARROWS[short];
    if (!allowed) complaints.push(`${folder}: not in the table of arrows`);
    for (const file of sources(join(root, folder, "src"))) {
      const isTest = /\.test(-d)?\.ts$|__fixtures__|[\\/]testing[\\/]|__tests__/.test(file);
      for (const name of imports(file)) {
        const where = relative(root, file);
        if (
          name.startsWith(".") &&
          relative(join(root, folder), resolve(file, "..", name)).startsWith("..")
        ) {
          complaints.push(`${where}: ${name} leaves its package`);
        }
        if (isTest) continue;
        if (name.startsWith("node:") && NEUTRAL.includes(short))
          complaints.push(`${where}: ${name} in a neutral package`);
        const target = /^@sam2js\/([a-z-]+)/.exec(name)?.[1];
        if (target && allowed && !allowed.includes(target))
          complaints.push(`${where}: ${short} must not import ${target}`);
        const dependency = name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name.split("/")[0];
        const isBare = !name.startsWith(".") && !name.startsWith("node:");
        const declared = {
          ...manifest.dependencies,
          ...manifest.optionalDependencies,
          ...manifest.peerDependencies,
        };
        if (isBare && !(dependency in declared))
          complaints.push(`${where}: ${dependency} is not a dependency`);
      }
    }
  }
  return complaintsResult(complaints);
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.m?ts$/.test(entry.name) ? [path] : [];
  });
}

function imports(file) {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/g),
  ].map((match) => match[1] ?? match[2]);
}
