import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstProgram } from "../first-program.mjs";
import { NO_NPM, npmInstall, npmScript, writePacked } from "../install-packed.mjs";
import { pnpm } from "../pack.mjs";
import { binOf, run, runNode } from "../run.mjs";
import { root } from "../workspace.mjs";

/** What the README's first program imports. */
const PACKAGES = ["@sam2js/pipeline", "@sam2js/processor", "@sam2js/runtime-node", "@sam2js/nano"];
/** npm has a check of its own; pnpm is the one that started this. */
const MANAGERS = { yarn: "1.22.22", "@yarnpkg/cli-dist": "4.18.1", bun: "1.4.5" };

/** Installs the packed packages with pnpm, yarn 1, yarn 4 and Bun, each into an empty folder, and runs the README's first program there. */
export async function packageManagersCheck({ say }) {
  const npm = npmScript();
  if (!npm) return { skipped: [NO_NPM], output: "" };
  const scratch = mkdtempSync(join(tmpdir(), "sam2js-managers-"));
  const report = { passed: 0, failed: 0, output: "" };
  try {
    const tools = join(scratch, "tools");
    mkdirSync(tools);
    writeFileSync(join(tools, "package.json"), JSON.stringify({ private: true, dependencies: MANAGERS }));
    const fetched = await npmInstall(npm, tools);
    if (fetched.code !== 0) return { failed: 1, output: fetched.output };
    const manager = async ([title, install]) => {
      const started = Date.now();
      const folder = join(scratch, title.replace(" ", "-"));
      await writePacked(folder, PACKAGES);
      cpSync(join(root, "examples", "images"), join(folder, "images"), { recursive: true });
      writeFileSync(join(folder, "readme.mjs"), firstProgram());
      const installed = await install(folder);
      const program = installed.code === 0 ? await runNode("readme.mjs", [], { cwd: folder }) : installed;
      report[program.code === 0 ? "passed" : "failed"] += 1;
      if (program.code !== 0) report.output += `${title}:\n${program.output}\n`;
      say(`${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    };
    await Promise.all(managers(tools).map(manager));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return report;
}

/** Each package manager, and how it installs what a folder's `package.json` names. */
function managers(tools) {
  const bunFolder = join(tools, "node_modules", "@oven");
  return [
    ["pnpm", (folder) => pnpm(["install", "--ignore-scripts", "--no-frozen-lockfile"], folder)],
    ["yarn 1", (cwd) => runNode(binOf("yarn", "yarn", tools), ["install", "--ignore-scripts"], { cwd })],
    [
      "yarn 4",
      (cwd) => {
        // Without a lockfile of its own, yarn takes a folder above for the project.
        writeFileSync(join(cwd, "yarn.lock"), "");
        writeFileSync(
          join(cwd, ".yarnrc.yml"),
          "nodeLinker: node-modules\nenableScripts: false\nenableImmutableInstalls: false\n",
        );
        return runNode(binOf("@yarnpkg/cli-dist", "yarn", tools), ["install"], { cwd });
      },
    ],
    [
      "Bun",
      (cwd) =>
        run(join(bunFolder, readdirSync(bunFolder)[0], "bin", "bun"), ["install", "--ignore-scripts"], {
          cwd,
        }),
    ],
  ];
}
