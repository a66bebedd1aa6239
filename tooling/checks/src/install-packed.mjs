import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pack } from "./pack.mjs";
import { runNode } from "./run.mjs";
import { publicPackages } from "./workspace.mjs";

/** Why a check that installs is skipped. */
export const NO_NPM = "npm is not beside this Node";

/** npm's own script, which runs without a shell; beside node on Windows, under `lib` elsewhere. */
export function npmScript() {
  const bin = dirname(process.execPath);
  return [join(bin, "node_modules"), join(bin, "..", "lib", "node_modules")]
    .map((modules) => join(modules, "npm", "bin", "npm-cli.js"))
    .find((file) => existsSync(file));
}

/**
 * Installs packages of the workspace by npm into an empty folder as a user does, from tarballs. Install scripts are off, since none may be needed.
 *
 * @param names   packages of the workspace; those that they stand on are packed too
 * @param others  packages of the registry, with their versions
 */
export async function installPacked(npm, folder, names, others = {}) {
  await writePacked(folder, names, others);
  return { ...(await npmInstall(npm, folder)), folder };
}

/** Installs what a folder's `package.json` names, without install scripts. */
export function npmInstall(npm, cwd) {
  return runNode(npm, ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd });
}

/** Writes the `package.json` of an application that takes packages of the workspace from tarballs, also where one of them asks for another. */
export async function writePacked(folder, names, others = {}) {
  mkdirSync(folder, { recursive: true });
  const folders = new Map(publicPackages().map((each) => [each.name, each.folder]));
  const packed = {};
  for (const name of closure(names)) packed[name] = `file:${await pack(folders.get(name))}`;
  const manifest = {
    private: true,
    type: "module",
    dependencies: { ...others, ...packed },
    // Bun reads the first, yarn the second, and pnpm a file of its own. Without them these ask the registry for what another package of ours needs.
    overrides: packed,
    resolutions: packed,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify({ overrides: packed }));
}

function closure(names, seen = new Set()) {
  const workspace = new Map(publicPackages().map(({ name, manifest }) => [name, manifest]));
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const dependencies = Object.keys(workspace.get(name).dependencies ?? {});
    closure(
      dependencies.filter((dependency) => workspace.has(dependency)),
      seen,
    );
  }
  return seen;
}
