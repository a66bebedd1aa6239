import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "../run.mjs";
import { root, workspacePackages } from "../workspace.mjs";

/**
 * Runs the JavaScript of every README. A block that begins with ```js runs as a module in `examples/`, where all packages and the
 * pictures are at hand; ```ts blocks show types and are only type-checked. A block whose first line is `// not run: reason` is passed over aloud.
 */
export async function readmeCheck({ say }) {
  const report = { passed: 0, failed: 0, output: "" };
  const folders = [".", ...workspacePackages().map(({ folder }) => folder)];
  const scratch = mkdtempSync(join(root, "examples", ".readme-"));
  try {
    for (const folder of folders) {
      for (const [index, code] of blocks(folder).entries()) {
        const where = `${folder}/README.md, block ${index + 1}`;
        const excuse = /^\/\/ not run: (.*)/.exec(code)?.[1];
        if (excuse) {
          say(`${where} is not run: ${excuse}`);
          continue;
        }
        const file = join(scratch, `block-${report.passed + report.failed}.mjs`);
        writeFileSync(file, code);
        const { code: status, output } = await runNode(file, [], { cwd: join(root, "examples") });
        report[status === 0 ? "passed" : "failed"] += 1;
        if (status !== 0) report.output += `${where} exited with ${status}:\n${code}\n${output}\n`;
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return report;
}

/** The code of each block of a folder's README that begins with ``` and a language. */
export function blocks(folder, language = "js") {
  let text;
  try {
    text = readFileSync(join(root, folder, "README.md"), "utf8");
  } catch {
    return [];
  }
  const pattern = new RegExp(`^\`\`\`${language}\\r?\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...text.matchAll(pattern)].map((match) => match[1]);
}
