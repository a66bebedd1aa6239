import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runNode } from "./run.mjs";
import { root } from "./workspace.mjs";

/** Folder of a package → its tarball; two checks look at the same ones. */
const packed = new Map();
let scratch;

/** Packs a workspace package as it would be published, once; resolves to the path of the tarball, which goes away with this process. */
export function pack(folder) {
  if (!packed.has(folder)) packed.set(folder, packInto(scratchFolder(), folder));
  return packed.get(folder);
}

function scratchFolder() {
  if (scratch === undefined) {
    scratch = mkdtempSync(join(tmpdir(), "sam2js-pack-"));
    process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
  }
  return scratch;
}

async function packInto(parent, folder) {
  const into = mkdtempSync(join(parent, "p-"));
  // Compressed little, since nobody downloads it.
  const how = ["--pack-gzip-level", "1", "--pack-destination", into];
  const { output } = await pnpm(["pack", ...how], join(root, folder));
  const tarball = readdirSync(into).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`pack ${folder}: ${output}`);
  return join(into, tarball);
}

/** Starts the pnpm that started this program; it is a script in some releases and a program of its own in others. */
export function pnpm(args, cwd) {
  const path = process.env.npm_execpath ?? "pnpm";
  return /\.[cm]?js$/.test(path) ? runNode(path, args, { cwd }) : run(path, args, { cwd });
}
