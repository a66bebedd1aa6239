import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "../pack.mjs";
import { binOf, runNode } from "../run.mjs";
import { publicPackages, root } from "../workspace.mjs";

/** Packs each public package as it would be published and looks at the result as its users' tools do. */
export async function packagingCheck() {
  const report = { passed: 0, failed: 0, output: "" };
  const note = (ok, text) => {
    report[ok ? "passed" : "failed"] += 1;
    if (!ok) report.output += `${text}\n`;
  };
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
    const tarball = await pack(folder);
    note(true, `pack ${name}`);
    if (!manifest.exports) continue;
    const types = await runNode(binOf("@arethetypeswrong/cli", "attw", "tooling/checks"), [
      tarball,
      "--profile",
      "esm-only",
      "--format",
      "ascii",
      "--no-color",
    ]);
    note(types.code === 0, `types of ${name}:\n${types.output}`);
  }
  return report;
}
