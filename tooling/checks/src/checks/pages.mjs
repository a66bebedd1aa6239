import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium, NO_CHROMIUM } from "../chromium.mjs";
import { installPacked, NO_NPM, npmScript } from "../install-packed.mjs";
import { drivePage } from "../pages/drive.mjs";
import { nodeMask } from "../pages/node-mask.mjs";
import { otherRuntimes, places, succeeds } from "../pages/places.mjs";
import { typesOf } from "../pages/types.mjs";
import { run } from "../run.mjs";
import { publicPackages, readJson, root } from "../workspace.mjs";

/** Folders of `examples` that are projects of their own. */
const PROJECTS = ["web", "frameworks", "next", "electron"];
/** Their npm packages bring binaries, and ask for scripts only to link them. */
const OTHER_RUNTIMES = { bun: "1.4.5", deno: "2.9.6" };
const PHOTO = join(root, "examples", "images", "truck.jpg");
/** On the rear wheel, in pixels of the photo. */
const CLICK = [1430, 735];

/**
 * Installs the packed packages into an empty folder, with what the example projects need, once for all. Builds each project with its own bundler
 * and clicks in each page in one Chromium: the mask must be that of Node.
 */
export async function pagesCheck({ say }) {
  const npm = npmScript();
  const browser = npm && (await launchChromium());
  if (!npm || !browser) {
    const why = npm ? NO_CHROMIUM : NO_NPM;
    return process.env.CI ? { failed: 1, output: why } : { skipped: [why], output: "" };
  }
  const scratch = mkdtempSync(join(tmpdir(), "sam2js-pages-"));
  const report = { passed: 0, failed: 0, output: "" };
  const note = (title, complaints) => {
    report[complaints.length === 0 ? "passed" : "failed"] += 1;
    for (const complaint of complaints) report.output += `${title}: ${complaint}\n`;
  };
  const timed = async (title, work) => {
    const started = Date.now();
    const complaints = await work().catch((error) => [error.stack]);
    say(`${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    note(title, complaints);
    return complaints.length === 0;
  };
  try {
    const names = publicPackages().map(({ name }) => name);
    const installed = await timed("npm install", () =>
      succeeds(installPacked(npm, scratch, names, dependencies())),
    );
    if (!installed) return report;
    for (const name of PROJECTS)
      cpSync(join(root, "examples", name), join(scratch, name), { recursive: true });
    cpSync(join(scratch, "next"), join(scratch, "next-webpack"), { recursive: true });

    await timed("types", () => typesOf(scratch));
    const target = { photo: PHOTO, click: CLICK, expected: await nodeMask(PHOTO, CLICK) };
    for (const [title, build, serve, pages] of places(scratch)) {
      if (!(await timed(`build ${title}`, build))) continue;
      const server = await serve();
      for (const page of pages)
        await timed(`${title} ${page}`, () => drivePage(browser, new URL(page, server.url).href, target));
      await server.stop();
    }
    for (const [title, ...command] of otherRuntimes(scratch))
      await timed(title, () => succeeds(run(...command, { cwd: scratch })));
  } finally {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  return report;
}

/** What the projects ask for beside our packages, and the other runtimes. */
function dependencies() {
  const asked = PROJECTS.map((name) => readJson("examples", name, "package.json"));
  const all = Object.assign(
    {},
    ...asked.flatMap((each) => [each.dependencies, each.devDependencies]),
    OTHER_RUNTIMES,
  );
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("@sam2js/")));
}
