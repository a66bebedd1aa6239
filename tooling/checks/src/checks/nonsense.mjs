import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNode } from "../run.mjs";
import { root } from "../workspace.mjs";

/**
 * Gives every public function, and each of its options, null, a number, a text, a list, an empty object and a promise where it wants something else: what
 * it throws must be an error of ours. A new function is walked at once, since declarations say what it takes.
 */
export async function nonsenseCheck() {
  const cwd = await mkdtemp(join(tmpdir(), "sam2-nonsense-"));
  try {
    const { code, output } = await runNode(join(root, "tooling/checks/src/nonsense/walk.mjs"), [], { cwd });
    if (code !== 0) return { failed: 1, output };
    const { passed, complaints } = JSON.parse(output.slice(output.lastIndexOf("\n{") + 1));
    return { passed, failed: complaints.length, output: complaints.join("\n") };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
