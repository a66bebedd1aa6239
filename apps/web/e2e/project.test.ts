import { QUICK_WASM } from "@sam2js/testing/chromium";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { download } from "./download.js";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, openApp, openExample, picture, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&device=wasm", flags: [QUICK_WASM], prepare: openExample };

describeInBrowser("work that goes on another day, with nano on WASM", options, (stage) => {
  let page: Page;
  let before: Awaited<ReturnType<typeof settle>>;

  beforeAll(async () => {
    page = stage.page;
    await clickPhoto(page, 0.5, 0.72);
    await settle(page);
    // Refines the first answer, which a later visit has to make again.
    await clickPhoto(page, 0.5, 0.5, { button: "right" });
    await settle(page);
    await page.getByTestId("object-name").fill("Pan");
    await page.getByTestId("object-name").press("Enter");
    await clickPhoto(page, 0.78, 0.7, { modifiers: ["Shift"] });
    before = await settle(page);
  });
  afterAll(() => expect(stage.opened.complaints).toEqual([]));

  it("is saved by itself, and goes on after a reload with the very same masks", async () => {
    await page.locator('html[data-saved="true"]').waitFor({ state: "attached" });
    await page.reload();
    await page.getByTestId("continue").waitFor();
    await picture(page, "continue");
    await page.getByTestId("continue").click();
    await waitForPhase(page, "ready");
    expect(await settle(page)).toEqual(before);
    await clickPhoto(page, 0.2, 0.5, { modifiers: ["Shift"] });
    expect((await settle(page)).objects.map(({ name }) => name)).toEqual(["Pan", "Object 2", "Object 3"]);
    await page.keyboard.press("Control+z");
  });

  it("is shown again at once, before there is a model, and of photos that nobody looks at too", async () => {
    const place = page.url();
    await page.locator('html[data-saved="true"]').waitFor({ state: "attached" });
    await page.goto(`${place}&fault=held-load`);
    await page.getByTestId("continue").click();
    await waitForPhase(page, "loading");
    await expect.poll(() => stateOf(page)).toEqual(before);
    await picture(page, "continued-without-model");
    await page.goto(place);
    await page.getByTestId("continue").click();
    await settle(page);
    await page.getByTestId("saved-sign").getByText("Saved", { exact: true }).waitFor();
  });

  it("loses at most what was done in the last second when the tab is killed", async () => {
    const { context } = await openApp(stage.browser, "about:blank");
    const killed = await context.newPage();
    await killed.goto(`${stage.url}?test&engine=fake`);
    await openExample(killed, "pond");
    for (const x of [0.2, 0.4, 0.6, 0.8]) {
      await clickPhoto(killed, x, 0.5, { modifiers: ["Shift"] });
      await killed.waitForTimeout(250);
    }
    const seen = await settle(killed);
    await killed.waitForTimeout(1000);
    // On a busy machine writing itself takes a while.
    await killed.locator('html[data-saved="true"]').waitFor({ state: "attached" });
    await killed.goto("chrome://crash").catch(() => undefined);
    const next = await context.newPage();
    await next.goto(`${stage.url}?test&engine=fake&fault=held-load`);
    await next.getByTestId("continue").click();
    await expect.poll(() => stateOf(next)).toEqual(seen);
    await context.close();
  });

  it("is written to a file, and read from it on another device", async () => {
    await page.getByTestId("export").click();
    const { name, bytes: buffer } = await download(page, "save-project");
    expect(name).toBe("kitchen.sam2js");
    const other = await openApp(stage.browser, `${stage.url}?test&device=wasm`);
    await other.page.getByTestId("file-input").setInputFiles({
      name: "kitchen.sam2js",
      mimeType: "application/zip",
      buffer,
    });
    await waitForPhase(other.page, "ready");
    expect(await settle(other.page)).toEqual(before);
    await other.page.getByTestId("file-input").setInputFiles({
      name: "cut.sam2js",
      mimeType: "application/zip",
      buffer: buffer.subarray(0, 2000),
    });
    await other.page.getByTestId("problem").getByText("INVALID_INPUT").waitFor({ state: "attached" });
    expect(await settle(other.page)).toEqual(before);
    await other.context.close();
  });
});
