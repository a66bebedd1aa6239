import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { it } from "vitest";
import {
  clickPhoto,
  dragOnPhoto,
  openApp,
  openExample,
  placeOnPhoto,
  WITH_MOTION,
  waitForPhase,
} from "../e2e/site.js";
import { describeInBrowser, type Stage } from "../e2e/with-app.js";
import { type LongTask, longestTasks, type TraceEvent } from "./trace.js";

const VISITS = Number(process.env.SAM2JS_VISITS ?? 5);

interface Click {
  readonly what: string;
  /** Milliseconds until its mask is on screen. */
  readonly ms: number;
  /** Of it, what the engine's side took. */
  readonly decodeMs: number;
}

/** Prints figures, asserts nothing. */
describeInBrowser("the first half minute with the app, as a person would spend it", {}, (stage) => {
  it("tells how long clicks take to the screen, and what keeps the page's thread longest", async () => {
    const visits: { readonly clicks: readonly Click[]; readonly tasks: readonly LongTask[] }[] = [];
    for (let i = 0; i < VISITS; i++) visits.push(await visit(stage));
    const lines = ["to the screen (median: each visit) | decoded (median) | what (ms)"];
    visits[0]?.clicks.forEach(({ what }, i) => {
      const all = visits.flatMap(({ clicks }) => clicks[i] ?? []);
      const each = all.map(({ ms }) => ms.toFixed(0)).join(" ");
      const decoded = median(all.map(({ decodeMs }) => decodeMs));
      lines.push(`${median(all.map(({ ms }) => ms)).toFixed(1)}: ${each} | ${decoded.toFixed(1)} | ${what}`);
    });
    lines.push("longest tasks of the page's thread, by visit (ms, of which it ran, at second, parts)");
    visits.forEach(({ tasks }, i) => {
      for (const { ms, ranMs, atMs, parts } of tasks) {
        const [took, ran, at] = [ms, ranMs, atMs / 1000].map((value) => value.toFixed(1).padStart(5));
        lines.push(`${i + 1}: ${took} ${ran} ${at} s  ${parts.join("; ")}`);
      }
    });
    process.stdout.write(`${lines.join("\n")}\n`);
  });
});

async function visit({ browser, url }: Stage): Promise<{ clicks: Click[]; tasks: LongTask[] }> {
  const { page, context } = await openApp(browser, `${url}?test&device=wasm`, {
    viewport: { width: 1440, height: 900 },
    ...WITH_MOTION,
  });
  await page.locator('main[data-model="nano"]').waitFor({ timeout: 60_000 });
  await browser.startTracing(page, {
    categories: ["toplevel", "devtools.timeline", "blink.user_timing", "__metadata"],
  });
  await openExample(page);
  await page.waitForTimeout(800);
  const clicks: Click[] = [];
  const note = async (what: string) => {
    await quiet(page);
    const main = page.locator("main");
    clicks.push({
      what,
      ms: Number(await main.getAttribute("data-last-click-ms")),
      decodeMs: Number(await main.getAttribute("data-decode-ms")),
    });
  };
  const click = async (
    what: string,
    x: number,
    y: number,
    options: Parameters<typeof clickPhoto>[3] = {},
  ) => {
    await clickPhoto(page, x, y, options);
    await note(what);
    await page.waitForTimeout(500);
  };
  await click("first click, at once", 0.5, 0.72);
  await click("a point that excludes, without hovering", 0.45, 0.66, { button: "right" });
  await hover(page, 0.78, 0.7);
  await page.keyboard.press("n");
  await hover(page, 0.781, 0.702);
  await click("another object, after hovering there", 0.781, 0.702);
  for (const [x, y] of [
    [0.74, 0.78],
    [0.8, 0.62],
    [0.76, 0.7],
  ] as const) {
    await click("a further point, without hovering", x, y);
  }
  await hover(page, 0.6, 0.6);
  await click("a point that excludes, after hovering there", 0.6, 0.6, { button: "right" });
  await page.keyboard.press("n");
  await page.keyboard.press("b");
  await dragOnPhoto(page, [0.2, 0.6], [0.4, 0.9]);
  await note("box");
  await page.keyboard.press("v");
  await page.keyboard.press("a");
  await waitForPhase(page, "ready");
  await page.getByTestId("keep").click();
  await quiet(page);
  await page.getByTestId("export").click();
  await page.getByTestId("export-size").waitFor();
  await page.waitForTimeout(300);
  const trace = await browser.stopTracing();
  await context.close();
  const file = process.env.SAM2JS_TRACE;
  if (file) await writeFile(file, trace);
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  return { clicks, tasks: longestTasks(traceEvents, 4) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Waits until every mask is up to date, without taking part in the page's frames as tests do. */
async function quiet(page: Page): Promise<void> {
  const isIdle = () => globalThis.__sam2js?.isIdle();
  await page.waitForFunction(isIdle, undefined, { polling: 200, timeout: 60_000 });
}

async function hover(page: Page, x: number, y: number): Promise<void> {
  const place = await placeOnPhoto(page, x, y);
  await page.mouse.move(place.x, place.y, { steps: 4 });
  await page.waitForTimeout(300);
}
