import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { it } from "vitest";
import { settle } from "../e2e/hooks.js";
import { clickPhoto, dragOnPhoto, openApp, openExample, placeOnPhoto, waitForPhase } from "../e2e/site.js";
import { describeInBrowser } from "../e2e/with-app.js";
import { longestTasks, type TraceEvent } from "./trace.js";

/** Prints figures, asserts nothing. */
describeInBrowser("the first half minute with the app, as a person would spend it", {}, (stage) => {
  it("tells how long clicks take to the screen, and what keeps the page's thread longest", async () => {
    const { browser, url } = stage;
    const { page } = await openApp(browser, `${url}?test&device=wasm`);
    await page.locator('main[data-model="nano"]').waitFor({ timeout: 60_000 });
    await browser.startTracing(page, {
      categories: ["toplevel", "devtools.timeline", "blink.user_timing", "__metadata"],
    });
    await openExample(page);
    await page.waitForTimeout(800);
    const clicks: [string, number, number][] = [];
    const note = async (what: string) => {
      await settle(page);
      const main = page.locator("main");
      clicks.push([
        what,
        Number(await main.getAttribute("data-last-click-ms")),
        Number(await main.getAttribute("data-decode-ms")),
      ]);
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
    await hover(page, 0.45, 0.66);
    await click("excluded, after hovering there", 0.45, 0.66, { button: "right" });
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
    await page.keyboard.press("n");
    await page.keyboard.press("b");
    await dragOnPhoto(page, [0.2, 0.6], [0.4, 0.9]);
    await note("box");
    await page.keyboard.press("v");
    await page.keyboard.press("a");
    await waitForPhase(page, "ready", 60_000);
    await page.getByTestId("keep").click();
    await settle(page);
    await page.getByTestId("export").click();
    await page.getByTestId("export-size").waitFor();
    await page.waitForTimeout(300);
    const trace = await browser.stopTracing();
    const file = process.env.SAM2JS_TRACE;
    if (file) await writeFile(file, trace);
    const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
    const lines = [
      "to the screen | decoded | what (ms)",
      ...clicks.map(
        ([what, ms, decode]) => `${ms.toFixed(1).padStart(13)} | ${decode.toFixed(1).padStart(7)} | ${what}`,
      ),
      "longest tasks of the page's thread (ms, of which it ran, at second, parts)",
      ...longestTasks(traceEvents, 12).map(
        ({ ms, ranMs, atMs, parts }) =>
          `${ms.toFixed(1).padStart(7)} ${ranMs.toFixed(1).padStart(6)}  ${(atMs / 1000).toFixed(1).padStart(5)} s  ${parts.join("; ")}`,
      ),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
});

async function hover(page: Page, x: number, y: number): Promise<void> {
  const place = await placeOnPhoto(page, x, y);
  await page.mouse.move(place.x, place.y, { steps: 4 });
  await page.waitForTimeout(300);
}
