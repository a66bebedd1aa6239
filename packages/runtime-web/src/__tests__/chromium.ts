import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = [process.env.SAM2JS_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];

/** The browser of these tests; undefined on a machine without one. */
export const CHROMIUM = PLACES.find((path) => path !== undefined && existsSync(path));

/** What the title of the tests says where there is no browser. */
export const NO_CHROMIUM =
  "not run: there is no Chromium at /usr/bin/chromium; install it, or name one in SAM2JS_CHROMIUM";

const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** WebGPU on Chromium's software adapter, or on the machine's own: `SAM2JS_WEBGPU=native`. */
const ADAPTER =
  process.env.SAM2JS_WEBGPU === "native"
    ? ["--use-angle=vulkan", "--enable-features=Vulkan"]
    : ["--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan", "--use-vulkan=swiftshader"];
const GPU = [
  "--enable-unsafe-webgpu",
  ...ADAPTER,
  "--ignore-gpu-blocklist",
  // On a busy machine the software adapter is slow enough to be taken for hung.
  "--disable-gpu-watchdog",
];

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
