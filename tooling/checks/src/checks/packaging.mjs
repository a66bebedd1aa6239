import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "../pack.mjs";
import { runNode } from "../run.mjs";
import { publicPackages, root } from "../workspace.mjs";

const PACKED_TYPES = fileURLToPath(new URL("../packed-types.mjs", import.meta.url));

/** Packs each public package as it would be published and looks at the result as its users' tools do. */
export async function packagingCheck() {
  const report = { passed: 0, failed: 0, output: "" };
  const note = (ok, text) => {
    report[ok ? "passed" : "failed"] += 1;
    if (!ok) report.output += `${text}\n`;
  };
  const typed = [];
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
    if (manifest.exports) typed.push({ name, tarball });
  }
  // One process for all, since it is TypeScript's start that takes long.
  const { code, output } = await runNode(
    PACKED_TYPES,
    typed.map(({ tarball }) => tarball),
  );
  if (code !== 0) return { ...report, failed: report.failed + 1, output: `${report.output}${output}` };
  for (const [index, complaints] of JSON.parse(output).entries())
    note(complaints.length === 0, `types of ${typed[index].name}:\n${complaints.join("\n")}`);
  return report;
}
