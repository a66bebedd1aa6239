import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "../run.mjs";
import { root } from "../workspace.mjs";

/** Runs every example in `examples/` to its end. Those in `examples/tasks` run where their results are compared: see `examples/scripts/task-results.mjs`. */
export async function examplesCheck() {
  const folder = join(root, "examples");
  const report = { passed: 0, failed: 0, output: "" };
  for (const name of readdirSync(folder).filter(
    (file) => file.endsWith(".mjs") && !file.endsWith("setup.mjs"),
  )) {
    const { code, output } = await runNode(join(folder, name), [], { cwd: folder });
    report[code === 0 ? "passed" : "failed"] += 1;
    if (code !== 0) report.output += `examples/${name} exited with ${code}:\n${output}\n`;
  }
  return report;
}
