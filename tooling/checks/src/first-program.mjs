import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.mjs";

/** The first program of the root README. */
export function firstProgram() {
  return /^```js\r?\n([\s\S]*?)^```/m.exec(readFileSync(join(root, "README.md"), "utf8"))[1];
}
