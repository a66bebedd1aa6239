import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { launchChromium, NO_CHROMIUM } from "../chromium.mjs";
import { listen, PATIENCE_MS } from "../pages/drive.mjs";
import { startServer } from "../server.mjs";
import { root } from "../workspace.mjs";

const EXAMPLES = join(root, "examples");
const PHOTO = join(EXAMPLES, "images", "truck.jpg");
/** On the rear wheel, in pixels of the photo. */
const CLICK = { x: 1430, y: 735 };
/** Nano's mask there covers 0.053 of the photo, by both pages; this much of it leaves room for another release of the engine. */
const PART = [0.03, 0.1];

/** Uses the pages that ask a server in a real Chromium as a reader does: open, click, see a mask. */
export async function webExamplesCheck() {
  const browser = await launchChromium();
  if (!browser)
    return process.env.CI ? { failed: 1, output: NO_CHROMIUM } : { skipped: [NO_CHROMIUM], output: "" };
  const report = { passed: 0, failed: 0, output: "" };
  const note = (title, complaints) => {
    report[complaints.length === 0 ? "passed" : "failed"] += 1;
    for (const complaint of complaints) report.output += `${title}: ${complaint}\n`;
  };
  try {
    const split = () => startServer(join(EXAMPLES, "split", "split.mjs"), [PHOTO], { cwd: EXAMPLES });
    note("examples/split", await tryPage(browser, split));

    note("examples/web/fetch.html", await tryFetchPage(browser));
  } finally {
    await browser.close();
  }
  return report;
}

/** Starts a server, uses a page of it, and gives what is wrong with what came of it. */
async function tryPage(browser, start) {
  const complaints = [];
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  let server;
  try {
    server = await start();
    listen(page, server.url, complaints);
    await page.goto(server.url);
    await says(page, /^Click on something\.$/);
    if (!(await page.evaluate(() => crossOriginIsolated))) complaints.push("is not cross-origin isolated");

    complaints.push(...(await clickOn(page)));
  } catch (error) {
    const shown = await page.evaluate(() => document.body?.textContent).catch(() => undefined);
    complaints.push(`${error.message}\nThe page says: ${shown}`);
  } finally {
    await page.close();
    await server?.stop();
  }
  return complaints;
}

/** Serves the page that asks `sam2 serve` as a plain file, from an address of its own, and clicks on a photo. */
async function tryFetchPage(browser) {
  const complaints = [];
  const html = readFileSync(join(EXAMPLES, "web", "fetch.html"));
  const site = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(html));
  await once(site.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${site.address().port}`;
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  let api;
  try {
    const serve = ["serve", "--port", "0", "--quiet", "--allow-origin", origin];
    api = await startServer(join(root, "apps", "cli", "dist", "main.js"), serve, { cwd: EXAMPLES });
    for (let tries = 0; tries < 1800 && !(await fetch(`${api.url}ready`)).ok; tries++) await setTimeout(100);
    page.on("pageerror", (error) => complaints.push(`${error}`));
    await page.goto(`${origin}/?server=${api.url.slice(0, -1)}`);
    await page.setInputFiles("#file", PHOTO);
    await says(page, /^Click on something\.$/);
    complaints.push(...(await clickOn(page)));
  } catch (error) {
    complaints.push(error.message);
  } finally {
    await page.close();
    await api?.stop();
    site.close();
  }
  return complaints;
}

/** Clicks on the photo and gives what is wrong with the pixels that changed. */
async function clickOn(page) {
  await page.evaluate(keepPixels);
  const scale = await page.evaluate(() => canvas.clientWidth / canvas.width);
  await page.click("#canvas", { position: { x: CLICK.x * scale, y: CLICK.y * scale } });
  await says(page, /^Score [01]\.\d\d$/);
  const { reddened, otherwise, isRedAtClick } = await page.evaluate(comparePixels, CLICK);
  if (reddened >= PART[0] && reddened <= PART[1] && otherwise === 0 && isRedAtClick) return [];
  return [
    `expected ${PART.join(" to ")} of the pixels in red, among them the clicked one, and the rest as it was; got ${reddened} in red, ` +
      `the clicked one ${isRedAtClick ? "among" : "not among"} them, and ${otherwise} changed otherwise`,
  ];
}

const says = (page, text) => page.locator("#status", { hasText: text }).waitFor();

/** In the page: remembers what the canvas shows. */
function keepPixels() {
  globalThis.kept = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
}

/** In the page: which part of the canvas has become redder, which has changed in another way, and how it is at a pixel. */
function comparePixels({ x, y }) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixels = data.length / 4;
  let reddened = 0;
  let otherwise = 0;
  for (let i = 0; i < data.length; i += 4) {
    if ([1, 2, 3].some((channel) => data[i + channel] !== kept[i + channel])) otherwise++;
    else if (data[i] > kept[i]) reddened++;
  }
  const at = 4 * (y * canvas.width + x);
  return {
    reddened: reddened / pixels,
    otherwise: otherwise / pixels,
    isRedAtClick: data[at] > kept[at],
  };
}
