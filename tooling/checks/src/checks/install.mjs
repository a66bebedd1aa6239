import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstProgram } from "../first-program.mjs";
import { installPacked, NO_NPM, npmScript } from "../install-packed.mjs";
import { runNode } from "../run.mjs";
import { root } from "../workspace.mjs";

/** What an application installs, by where it runs; npm brings the rest. */
const NODE = ["@sam2js/pipeline", "@sam2js/processor", "@sam2js/runtime-node", "@sam2js/nano", "@sam2js/cli"];
const BROWSER = ["@sam2js/pipeline", "@sam2js/processor", "@sam2js/runtime-web", "@sam2js/nano"];

/**
 * Installs the packed packages into empty folders as a user does, by npm and outside the workspace, and runs the README's first program and the
 * command line from there. Install scripts are off, since none may be needed.
 */
export async function installCheck() {
  const npm = npmScript();
  if (!npm) return { skipped: [NO_NPM], output: "" };
  const scratch = mkdtempSync(join(tmpdir(), "sam2js-install-"));
  const report = { passed: 0, failed: 0, output: "" };
  const note = (ok, text) => {
    report[ok ? "passed" : "failed"] += 1;
    if (!ok) report.output += `${text}\n`;
  };
  try {
    const node = await installPacked(npm, join(scratch, "node"), NODE);
    note(node.code === 0, `npm install ${NODE.join(" ")}:\n${node.output}`);
    cpSync(join(root, "examples", "images"), join(node.folder, "images"), { recursive: true });
    writeFileSync(join(node.folder, "readme.mjs"), firstProgram());
    const program = await runNode("readme.mjs", [], { cwd: node.folder });
    note(program.code === 0, `the README's first program, outside the workspace:\n${program.output}`);
    const command = binFile(join(node.folder, "node_modules", "@sam2js", "cli"), "sam2");
    const segment = await runNode(command, ["segment", "images/truck.jpg", "--point", "1000,1050"], {
      cwd: node.folder,
    });
    const wrote = existsSync(join(node.folder, "out", "truck.overlay.png"));
    note(segment.code === 0 && wrote, `sam2 segment, outside the workspace:\n${segment.output}`);

    const browser = await installPacked(npm, join(scratch, "browser"), BROWSER);
    note(browser.code === 0, `npm install ${BROWSER.join(" ")}:\n${browser.output}`);
    const addons = filesOf(join(browser.folder, "node_modules")).filter((file) => file.endsWith(".node"));
    note(addons.length === 0, `native addons among what a page installs: ${addons.join(", ")}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return report;
}

function binFile(folder, command) {
  return join(folder, JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).bin[command]);
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}
