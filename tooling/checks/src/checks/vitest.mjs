import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binOf, runNode } from "../run.mjs";
import { root, workspacePackages } from "../workspace.mjs";

/** The only reasons for which a test may be skipped in CI; its title must contain one of them. */
const EXCUSES = ["needs a GPU", "needs a published checkpoint"];

/** One check per package that has tests. */
export function vitestChecks() {
  return workspacePackages()
    .filter(({ folder }) => existsSync(join(root, folder, "vitest.config.ts")))
    .map(({ folder, name }) => ({ name: `test ${name}`, run: () => runVitest(folder) }));
}

async function runVitest(folder) {
  const scratch = mkdtempSync(join(tmpdir(), "sam2js-vitest-"));
  const report = join(scratch, "report.json");
  try {
    const { code, output } = await runNode(
      binOf("vitest"),
      ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
      { cwd: join(root, folder) },
    );
    if (!existsSync(report)) return { failed: 1, output };
    return count(JSON.parse(readFileSync(report, "utf8")), code, output);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function count(report, code, output) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === "passed").length;
  const failedTests = tests.filter((test) => test.status === "failed").length;
  const skipped = tests
    .filter((test) => !["passed", "failed"].includes(test.status))
    .map((test) => test.fullName);
  const unexcused = process.env.CI
    ? skipped.filter((title) => !EXCUSES.some((excuse) => title.includes(excuse)))
    : [];
  const failed = Math.max(failedTests, code === 0 ? 0 : 1) + unexcused.length;
  const complaint = unexcused.map((title) => `skipped without an excuse that CI takes: ${title}\n`).join("");
  return { passed, failed, skipped, output: output + complaint };
}
