/**
 * The README's first command: builds what the command line needs, then segments the example picture, or what the arguments say.
 *
 * usage: node tooling/checks/src/start.mjs [arguments of the sam2 command | pictures]
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { binOf } from "./run.mjs";
import { readJson, root } from "./workspace.mjs";

const EXAMPLE = [
  "segment",
  join("apps", "web", "public", "examples", "pond.jpg"),
  "--point",
  "boat:1280,490",
  "--point",
  "duck:800,780",
];
const PROMPTS = ["--point", "-p", "--box", "-b", "--mask", "--prompts"];

const given = process.argv.slice(2).filter((argument) => argument !== "--");
const folder = given.length > 0 ? (process.env.INIT_CWD ?? root) : root;
const args = commandFor(given);

console.log("Building (the first time takes a moment) …");
const built = spawnSync(
  process.execPath,
  [binOf("turbo"), "run", "build", "--filter=@sam2js/cli...", "--output-logs=errors-only"],
  { cwd: root, encoding: "utf8" },
);
if (built.status !== 0) {
  process.stderr.write(
    `${built.stdout ?? ""}${built.stderr ?? ""}${built.error?.message ?? ""}\nThe build failed.\n`,
  );
  process.exit(built.status ?? 1);
}
console.log(`$ sam2 ${args.map(quoted).join(" ")}`);
const cli = join(root, "apps", "cli", "dist", "main.js");
const ran = spawnSync(process.execPath, [cli, ...args], { cwd: folder, stdio: "inherit" });
if (given.length === 0 && ran.status === 0) {
  const start = `npx ${readJson("package.json").packageManager} start`; // pnpm itself need not be installed
  console.log(`
The picture with the masks is out/pond.overlay.png. The model is nano, which is made for a first look. Next:
  ${start} photo.jpg                           everything in a picture of yours
  ${start} segment photo.jpg --point 500,375   what is at a point of it
  ${start} segment photo.jpg --point 500,375 --model facebook/sam2.1-hiera-tiny
  ${start} --help                              all commands`);
}
process.exit(ran.status ?? 1);

/** A picture alone stands for "everything in it", a picture with prompts for what they point at. */
function commandFor(words) {
  if (words.length === 0) return EXAMPLE;
  if (!existsSync(resolve(folder, words[0]))) return words;
  return [words.some((word) => PROMPTS.includes(word)) ? "segment" : "generate", ...words];
}

function quoted(word) {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word);
}
