import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run, runNode } from "./run.mjs";
import { root } from "./workspace.mjs";

/** Packs a workspace package as it would be published; resolves to the path of the tarball inside `scratch`. */
export async function pack(folder, scratch) {
  const into = mkdtempSync(join(scratch, "p-"));
  const { output } = await pnpm(["pack", "--pack-destination", into], join(root, folder));
  const tarball = readdirSync(into).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`pack ${folder}: ${output}`);
  return join(into, tarball);
}

/** Starts the pnpm that started this program; it is a script in some releases and a program of its own in others. */
function pnpm(args, cwd) {
  const path = process.env.npm_execpath ?? "pnpm";
  return /\.[cm]?js$/.test(path) ? runNode(path, args, { cwd }) : run(path, args, { cwd });
}
