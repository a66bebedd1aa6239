import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the whole repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Reads a JSON file of the repository. */
export function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), "utf8"));
}

/** Every workspace package: `{ folder, name, manifest }`, folder relative to the root with forward slashes. */
export function workspacePackages() {
  const folders = ["packages", "apps", "tooling"].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [],
  );
  if (existsSync(join(root, "examples"))) folders.push("examples");
  return folders
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => {
      const manifest = readJson(folder, "package.json");
      return { folder, name: manifest.name, manifest };
    });
}

/** The packages that are published to npm. */
export function publicPackages() {
  return workspacePackages().filter(({ manifest }) => !manifest.private);
}
