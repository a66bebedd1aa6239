/**
 * The README's first command: builds what the command line needs, then segments the example picture, or what the arguments say.
 *
 * usage: node tooling/checks/src/start.mjs [arguments of the sam2 command]
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { binOf } from "./run.mjs";
import { root } from "./workspace.mjs";

const EXAMPLE = [
  "segment",
  join(root, "examples", "images", "truck.jpg"),
  "--box",
  "truck:75,275,1725,850",
  "--point",
  "wheel:510,730",
  "--out",
  join(root, "out"),
];

const given = process.argv.slice(2).filter((argument) => argument !== "--");
const node = (script, args, stdio) => spawnSync(process.execPath, [script, ...args], { cwd: root, stdio });
const built = node(
  binOf("turbo"),
  ["run", "build", "--filter=@sam2js/cli...", "--output-logs=errors-only"],
  ["ignore", "ignore", "inherit"],
);
if (built.status !== 0) process.exit(built.status ?? 1);
const cli = join(root, "apps", "cli", "dist", "main.js");
const ran = spawnSync(process.execPath, [cli, ...(given.length > 0 ? given : EXAMPLE)], {
  cwd: process.env.INIT_CWD ?? root,
  stdio: "inherit",
});
process.exit(ran.status ?? 1);
