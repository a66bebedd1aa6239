import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findChromium as find, findWindowlessChromium, webGpu } from "@sam2js/testing/chromium";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { MOST_MS, nextFrame } from "./hooks.js";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PICTURES = fileURLToPath(new URL("../test-results/", import.meta.url));
/** Chromium's WebGPU on its software adapter. */
export const SOFTWARE_GPU = webGpu();

/** The size of pages where a test says none. Painting by software takes its time from all else: it is not larger than it needs to be. */
const DESK = { width: 1200, height: 750 };
const PHONE = { width: 390, height: 844 };
export const WITH_MOTION = { reducedMotion: "no-preference" } as const;

/** Where Chromium is, with or without windows, or undefined; a machine that tests for CI must have it. */
export function findChromium(hasWindows = false): string | undefined {
  const found = hasWindows ? find() : findWindowlessChromium();
  if (!found) console.warn("web app: no Chromium here, its browser tests are left out");
  return found;
}

/** The built app with hooks and stand-ins for tests, served as it would be hosted. */
export async function startSite(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server: PreviewServer = await preview({
    root: ROOT,
    build: { outDir: "dist-testing" },
    preview: { port: 0, host: "127.0.0.1" },
    logLevel: "error",
  });
  const address = server.httpServer.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => server.close(),
  };
}

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console said at the levels of warning and error, and uncaught errors. */
  readonly complaints: string[];
  /** Requests that left the app's own origin. */
  readonly foreign: string[];
}

export type PageOptions = NonNullable<Parameters<Browser["newContext"]>[0]>;

export async function openApp(browser: Browser, url: string, options: PageOptions = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: DESK,
    colorScheme: "dark",
    // The light that runs round a new mask is most of what a software painter has to do. The story with nano on WASM has it, and so have phones.
    reducedMotion: "reduce",
    acceptDownloads: true,
    // Its files are many megabytes; only the test of offline visits needs them kept.
    serviceWorkers: "block",
    ...options,
  });
  context.setDefaultTimeout(MOST_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(url).origin) foreign.push(request.url());
  });
  await page.goto(url);
  return { page, context, complaints, foreign };
}

/** Waits until the app is in a phase. */
export async function waitForPhase(page: Page, phase: string): Promise<void> {
  await page.locator(`main[data-phase="${phase}"]`).waitFor();
}

/** Opens an example and waits until it can be clicked. */
export async function openExample(page: Page, name = "kitchen"): Promise<void> {
  await page.getByTestId(`example-${name}`).click();
  await waitForPhase(page, "ready");
}

/**
 * Where a place of the photo is on the page, once the photo has come to rest: a timeline or a panel that opens moves it. x and y are shares of its width and
 * height.
 */
export function placeOnPhoto(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  return page.evaluate(
    async ([shareX, shareY]) => {
      const place = () => {
        const stage = document.querySelector('[data-testid="stage"]')?.getBoundingClientRect();
        const photo = document.querySelector("main")?.getAttribute("data-photo") ?? "";
        const [left = 0, top = 0, width = 0, height = 0] = photo.split(" ").map(Number);
        return {
          x: (stage?.left ?? 0) + left + shareX * width,
          y: (stage?.top ?? 0) + top + shareY * height,
        };
      };
      let [before, now] = [{ x: Number.NaN, y: Number.NaN }, place()];
      while (now.x !== before.x || now.y !== before.y) {
        before = now;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        now = place();
      }
      return now;
    },
    [x, y] as const,
  );
}

export async function clickPhoto(
  page: Page,
  x: number,
  y: number,
  options: {
    readonly button?: "left" | "right";
    readonly modifiers?: readonly ("Shift" | "Alt" | "Control")[];
  } = {},
): Promise<void> {
  const place = await placeOnPhoto(page, x, y);
  for (const key of options.modifiers ?? []) await page.keyboard.down(key);
  await page.mouse.click(place.x, place.y, { button: options.button ?? "left" });
  for (const key of options.modifiers ?? []) await page.keyboard.up(key);
}

/** How long the last click took to its mask on screen, in milliseconds. */
export async function lastClickMs(page: Page): Promise<number> {
  return Number(await page.locator("main[data-last-click-ms]").getAttribute("data-last-click-ms"));
}

/** Draws from one place of the photo to another; each x and y in shares of its width and height. */
export async function dragOnPhoto(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const start = await placeOnPhoto(page, ...from);
  const end = await placeOnPhoto(page, ...to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 5 });
  await page.mouse.up();
}

/** A picture for people to look at, where `SAM2JS_PICTURES` asks for it; no test compares it. */
export async function picture(page: Page, name: string): Promise<void> {
  await nextFrame(page);
  if (process.env.SAM2JS_PICTURES) keepPicture(name, await page.screenshot());
}

/** The same of a page that is another screen by now: Playwright's own picture would make its window that of before. */
export async function pictureOfScreen(session: CDPSession, name: string): Promise<void> {
  if (!process.env.SAM2JS_PICTURES) return;
  const { data } = await session.send("Page.captureScreenshot", { format: "png" });
  keepPicture(name, Buffer.from(data, "base64"));
}

function keepPicture(name: string, png: Buffer): void {
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(`${PICTURES}${name}.png`, png);
}

/** The same at a phone's size. */
export async function pictureOnPhone(page: Page, name: string): Promise<void> {
  await page.setViewportSize(PHONE);
  await picture(page, name);
  await page.setViewportSize(DESK);
}
