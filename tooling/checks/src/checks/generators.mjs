import { binOf, run, runNode } from "../run.mjs";
import { workspacePackages } from "../workspace.mjs";

/** Runs each package's `generate` script and fails if a committed file comes out otherwise. */
export async function generatorsCheck() {
  let output = "";
  const packages = workspacePackages().filter(({ manifest }) => manifest.scripts?.generate);
  const before = (await run("git", ["status", "--porcelain"])).output;
  const generated = await runNode(binOf("turbo"), ["run", "generate", "--output-logs=errors-only"]);
  output += generated.output;
  const after = (await run("git", ["status", "--porcelain"])).output;
  const ok = generated.code === 0 && before === after;
  if (before !== after)
    output += `generators changed files of ${packages.map(({ name }) => name).join(", ")}:\n${after}`;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output };
}
