import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { root, workspacePackages } from "../workspace.mjs";
import { complaintsResult } from "./complaints.mjs";

const SOURCE = /\.(ts|tsx|mts|mjs)$/;
const TEST = /\.test(-d)?\.(ts|mjs)$|[\\/](__fixtures__|__tests__|testing)[\\/]|\.d\.mts$/;

/** No file imports itself by a detour, types and tests counted, and no folder of a package either, tests aside. */
export function cyclesCheck() {
  const complaints = [];
  for (const { folder } of workspacePackages()) {
    const source = join(root, folder, "src");
    if (!existsSync(source)) continue;
    const files = listSources(source);
    const edges = new Map(files.map((file) => [file, importsOf(file)]));
    for (const cycle of cyclesOf(edges)) complaints.push(`${folder}: files ${shown(cycle, source)}`);
    const shipped = new Map([...edges].filter(([file]) => !TEST.test(file)));
    for (const cycle of cyclesOf(foldersOf(shipped, source))) {
      complaints.push(`${folder}: folders ${cycle.join(" <-> ")}`);
    }
  }
  return complaintsResult(complaints);
}

function listSources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listSources(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

/** The files of the same package that a file names, by their sources. */
function importsOf(file) {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const names = text.matchAll(/\bfrom\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"|^import\s+"(\.[^"]+)"/gm);
  return [...names].flatMap(([, ...groups]) => {
    const path = resolve(dirname(file), groups.find(Boolean));
    const stem = path.replace(/\.m?js$/, "");
    return [path, `${stem}.ts`, `${stem}.tsx`].filter((each) => SOURCE.test(each) && existsSync(each));
  });
}

/** Folders below `src`, by what their files import; files that lie in `src` itself, the entries, have no part in it. */
function foldersOf(edges, source) {
  const folderOf = (file) => relative(source, dirname(file)).split(sep)[0];
  const folders = new Map();
  for (const [file, targets] of edges) {
    const from = folderOf(file);
    if (from === "") continue;
    const to = folders.get(from) ?? new Set();
    folders.set(from, to);
    for (const target of targets)
      if (folderOf(target) !== from && folderOf(target) !== "") to.add(folderOf(target));
  }
  return folders;
}

/** Groups of nodes that reach each other, larger than one (Tarjan, "Depth-first search and linear graph algorithms", 1972). */
function cyclesOf(edges) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const cycles = [];
  const visit = (node) => {
    order.set(node, order.size);
    low.set(node, order.get(node));
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node), low.get(next)));
      } else if (stack.includes(next)) {
        low.set(node, Math.min(low.get(node), order.get(next)));
      }
    }
    if (low.get(node) !== order.get(node)) return;
    const cycle = stack.splice(stack.indexOf(node));
    if (cycle.length > 1) cycles.push(cycle);
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return cycles;
}

function shown(cycle, source) {
  return cycle.map((file) => relative(source, file).replaceAll(sep, "/")).join(" <-> ");
}
