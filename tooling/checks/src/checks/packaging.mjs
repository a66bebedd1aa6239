import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { binOf, run, runNode } from "../run.mjs";
import { publicPackages, root } from "../workspace.mjs";

/** Packs each public package as it would be published and looks at the result as its users' tools do. */
export async function packagingCheck() {
  const scratch = mkdtempSync(join(tmpdir(), "sam2js-pack-"));
  const report = { passed: 0, failed: 0, output: "" };
  const note = (ok, text) => {
    report[ok ? "passed" : "failed"] += 1;
    if (!ok) report.output += `${text}\n`;
  };
  try {
    for (const { folder, name, manifest } of publicPackages()) {
      const { messages } = await publint({
        pkgDir: join(root, folder),
        level: "warning",
        strict: true,
        pack: false,
      });
      note(
        messages.length === 0,
        `publint ${name}: ${messages.map((each) => formatMessage(each, manifest)).join("; ")}`,
      );
      const into = mkdtempSync(join(scratch, "p-"));
      const packed = await pnpm(["pack", "--pack-destination", into], join(root, folder));
      const tarball = readdirSync(into).find((file) => file.endsWith(".tgz"));
      note(tarball !== undefined, `pack ${name}: ${packed.output}`);
      if (!tarball || !manifest.exports) continue;
      const types = await runNode(binOf("@arethetypeswrong/cli", "attw", "tooling/checks"), [
        join(into, tarball),
        "--profile",
        "esm-only",
        "--format",
        "ascii",
        "--no-color",
      ]);
      note(types.code === 0, `types of ${name}:\n${types.output}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return report;
}

/** Starts the pnpm that started this program; it is a script in some releases and a program of its own in others. */
function pnpm(args, cwd) {
  const path = process.env.npm_execpath ?? "pnpm";
  return /\.[cm]?js$/.test(path) ? runNode(path, args, { cwd }) : run(path, args, { cwd });
}
