import { findWindowlessChromium, NO_CHROMIUM as NONE, QUIET, webGpu } from "@sam2js/testing/chromium";
import { type Browser, chromium, type Page } from "playwright-core";

/** The browser of these tests; undefined on a machine without one. */
export const CHROMIUM = findWindowlessChromium();

/** What the title of the tests says where there is no browser. */
export const NO_CHROMIUM = `not run: ${NONE}`;

/** On Chromium's software adapter, or on the machine's own: `SAM2JS_WEBGPU=native`. */
const GPU = webGpu(process.env.SAM2JS_WEBGPU === "native" ? "native" : "software");

/** So long something may take to happen, on a slow machine beside other work. */
const PATIENCE_MS = 180_000;

/** Starts a headless browser. Its storage ends with it. */
export function launch(options: { readonly gpu?: boolean } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM as string,
    headless: true,
    args: [...QUIET, ...(options.gpu ? GPU : [])],
  });
}

/** A page of the site whose test code has loaded, and what went wrong in it so far. */
export async function openPage(
  browser: Browser,
  address: string,
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.goto(address);
  const isReady = await page.evaluate(() => "lab" in globalThis);
  if (!isReady) throw new TypeError(`the test page did not load: ${problems.join("; ")}`);
  return { page, problems };
}
