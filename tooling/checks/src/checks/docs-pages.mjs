import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { freePort } from "@sam2js/testing/free-port";
import { launchChromium, NO_CHROMIUM } from "../chromium.mjs";
import { MOVING_PARTS } from "../docs/moving-parts.mjs";
import { binOf } from "../run.mjs";
import { startServer } from "../server.mjs";
import { root } from "../workspace.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SITE = join(root, "apps", "docs");
/** Other checks go on beside this one. */
const PATIENCE_MS = 180_000;
/** A narrow phone, where no page may scroll sideways, and a laptop. */
const WIDTHS = [375, 1280];
/** One page of the API reference, one package and two tasks stand for all, which come from one template. */
const LEFT_OUT =
  /^(404|api\/(?!@sam2js\/masks\.)|packages\/(?!server)|tasks\/(?!index|one-point|track-refine)|how-it-works\/adr|project)/;

/**
 * Opens the pages of the built documentation site in a real Chromium: axe finds nothing, in both colours, nothing is cut off on a phone, and the
 * search, the menus, the tabs and buttons do what they say.
 */
export async function docsPagesCheck() {
  const browser = await launchChromium();
  if (!browser)
    return process.env.CI ? { failed: 1, output: NO_CHROMIUM } : { skipped: [NO_CHROMIUM], output: "" };
  const report = { passed: 0, failed: 0, output: "" };
  const count = (name, complaints) => {
    report[complaints.length === 0 ? "passed" : "failed"] += 1;
    report.output += complaints.map((text) => `${name}: ${text}\n`).join("");
  };
  const server = await startServer(
    binOf("vitepress", "vitepress", "apps/docs"),
    ["preview", ".", "--port", `${await freePort()}`],
    { cwd: SITE },
  );
  try {
    const names = readdirSync(join(SITE, "dist"), { recursive: true })
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".html") && !LEFT_OUT.test(name))
      .sort();
    for (const [name, use] of MOVING_PARTS)
      count(name, await complaintsAbout(browser, (page) => use(page, server.url)));
    const looks = await Promise.all(WIDTHS.map((width, index) => openLook(browser, width, index)));
    for (const name of names) {
      const address = new URL(name, server.url).href;
      count(name, (await Promise.all(looks.map((look) => look(address)))).flat());
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  return report;
}

/** What goes wrong while a page is used. */
async function complaintsAbout(browser, use) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`${error}`));
  try {
    await use(page);
  } catch (error) {
    complaints.push(`${error}`);
  } finally {
    await page.close();
  }
  return complaints;
}

/** A page of one width, in which one address after the other is looked at; it gives what is wrong there. */
async function openLook(browser, width, index) {
  const colorScheme = index === 0 ? "dark" : "light";
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    colorScheme,
    reducedMotion: "reduce",
  });
  page.setDefaultTimeout(PATIENCE_MS);
  let complaints = [];
  page.on("pageerror", (error) => complaints.push(`${error}`));
  return async (address) => {
    complaints = [];
    await page.goto(address, { waitUntil: "load" });
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
    for (const { id, nodes } of violations)
      complaints.push(
        `${id} at ${width} pixels, ${colorScheme}: ${nodes
          .slice(0, 3)
          .map(({ target }) => target)
          .join(", ")}`,
      );
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) complaints.push(`is ${wider} pixels wider than a screen of ${width}`);
    return complaints;
  };
}
