import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binOf, runNode } from "../run.mjs";
import { root, workspacePackages } from "../workspace.mjs";

/** The only reasons for which a test may be skipped in CI; its title must contain one of them. */
const EXCUSES = ["needs a GPU", "needs a published checkpoint"];

/** Files that may be run once more. More than these are no accident. */
const MAX_AGAIN = 2;

/** One check per package that has tests. */
export function vitestChecks() {
  return workspacePackages()
    .filter(({ folder }) => existsSync(join(root, folder, "vitest.config.ts")))
    .map(({ folder, name }) => ({ name: `test ${name}`, run: ({ say }) => testPackage(folder, say) }));
}

/**
 * Runs a package's tests. Files that fail are run once more, alone: browsers and foreign servers have accidents that say nothing about the
 * project. What passes only then is told, to be mended.
 */
async function testPackage(folder, say) {
  const first = await runVitest(folder);
  const failing = failingFiles(first);
  if (failing.length === 0 || failing.length > MAX_AGAIN) return count(first);
  const second = await runVitest(folder, failing);
  const titles = new Set(failedTests(second).map(({ fullName }) => fullName));
  for (const { fullName, failureMessages } of failedTests(first)) {
    if (titles.has(fullName)) continue;
    say(`PASSED ONLY WHEN RUN AGAIN: ${fullName}`);
    say(`  ${failureMessages[0]?.split("\n")[0] ?? "no message"}`);
  }
  const others = first.files.filter(({ name }) => !failing.includes(name));
  return count({ ...second, files: [...others, ...second.files] });
}

/** @param files  all of the package without any @returns what vitest reports; no files when it did not come to an end */
async function runVitest(folder, files = []) {
  const scratch = mkdtempSync(join(tmpdir(), "sam2js-vitest-"));
  const report = join(scratch, "report.json");
  try {
    const { code, output } = await runNode(
      binOf("vitest"),
      ["run", ...files, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
      { cwd: join(root, folder) },
    );
    const read = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).testResults : [];
    return { files: read, code, output };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function failingFiles({ files }) {
  return files.filter(({ status }) => status === "failed").map(({ name }) => name);
}

function failedTests({ files }) {
  return files.flatMap((file) => file.assertionResults).filter(({ status }) => status === "failed");
}

function count({ files, code, output }) {
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === "passed").length;
  const skipped = tests
    .filter((test) => !["passed", "failed"].includes(test.status))
    .map((test) => test.fullName);
  const unexcused = process.env.CI
    ? skipped.filter((title) => !EXCUSES.some((excuse) => title.includes(excuse)))
    : [];
  const failed = Math.max(failedTests({ files }).length, code === 0 ? 0 : 1) + unexcused.length;
  const complaint = unexcused.map((title) => `skipped without an excuse that CI takes: ${title}\n`).join("");
  return { passed, failed, skipped, output: output + complaint };
}
