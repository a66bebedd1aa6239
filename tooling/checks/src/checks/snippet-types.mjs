import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binOf, runNode } from "../run.mjs";
import { root, workspacePackages } from "../workspace.mjs";
import { blocks } from "./readme.mjs";

const TASKS = join(root, "examples", "tasks");
const OURS = /^examples\/tasks\/|\/\.readme-/;
/** Where a reader has copied the one script to. */
const COPIED = "./sam2js/sam2js.js";
/** A name that a block does not declare stands for something of the reader's, such as `file`. */
const NAME_OF_THE_READER = /error TS(2304|2552|18004):/;

/** Type-checks the `ts` blocks of all README files, and the programs of `examples/tasks`, against the sources of the packages. */
export async function snippetTypesCheck() {
  const scratches = [];
  try {
    const files = readdirSync(TASKS)
      .filter((name) => name.endsWith(".mjs"))
      .map((name) => join(TASKS, name));
    for (const { folder } of workspacePackages()) {
      for (const code of blocks(folder, "ts")) {
        const scratch = mkdtempSync(join(root, folder, ".readme-"));
        scratches.push(scratch);
        files.push(join(scratch, "block.ts"));
        writeFileSync(files.at(-1), `${code.replace(COPIED, "@sam2js/standalone")}export {};\n`);
      }
    }
    const compilerOptions = {
      types: ["node"],
      checkJs: true,
      noImplicitAny: false,
      noUnusedLocals: false,
      noUncheckedIndexedAccess: false,
      paths: { "@sam2js/*": [join(root, "packages", "*", "src", "index.ts")] },
    };
    const config = join(scratches[0], "tsconfig.json");
    const base = join(root, "tooling", "config", "tsconfig", "web.json");
    writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, files }));
    const { output } = await runNode(binOf("typescript", "tsc"), ["-p", config, "--pretty", "false"]);
    // The sources are checked by their own, stricter settings.
    const complaints = output
      .split(/\n(?=\S)/)
      .filter((text) => OURS.test(text) && !NAME_OF_THE_READER.test(text));
    return { passed: files.length, failed: complaints.length, output: complaints.join("\n") };
  } finally {
    for (const scratch of scratches) rmSync(scratch, { recursive: true, force: true });
  }
}
