import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, workspacePackages } from "../workspace.mjs";

/**
 * The packages of others that a workspace package brings along: `{ name, version, licence, folder }`, by its dependencies and optional
 * dependencies all the way down. Prebuilt binaries for one platform are left out, since other machines have others; `BINARIES` names them.
 */
export function foreignPackagesOf(workspacePackage) {
  const found = new Map();
  const seen = new Set();
  const visit = (folder, manifest) => {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const place = installed(folder, name);
      if (!place || seen.has(place)) continue;
      seen.add(place);
      const theirs = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
      const isOurs = workspacePackages().some((each) => each.name === theirs.name);
      if (!isOurs && !theirs.os) found.set(`${theirs.name}@${theirs.version}`, describe(place, theirs));
      visit(place, theirs);
    }
  };
  visit(join(root, workspacePackage.folder), workspacePackage.manifest);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where Node would find a package: in the `node_modules` of the folder or of one above it. */
function installed(folder, name) {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    const place = join(at, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
    if (at === dirname(at)) return undefined;
  }
}

function describe(folder, { name, version, license, licenses, homepage, repository }) {
  const licence = license?.type ?? license ?? licenses?.map(({ type }) => type).join(" OR ") ?? "unknown";
  const address = (repository?.url ?? repository ?? homepage ?? "").replace(/^git\+|\.git$/g, "");
  return { name, version, licence, address, folder };
}

/** The text of a package's licence, with its copyright line, or what its manifest says. */
export function licenceText({ folder, licence }) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file
    ? readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim()
    : `Licence: ${licence}`;
}
