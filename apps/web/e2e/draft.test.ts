import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, openApp, openExample, picture } from "./site.js";
import { describeInBrowser } from "./with-app.js";

describeInBrowser("drafts of photos that take long", {}, (stage) => {
  /** A visit on a device where the model was seen to take long for a photo: it takes until `endHold` says so. */
  const open = async (query: string, key: string, size?: { width: number; height: number }) => {
    const opened = await openApp(stage.browser, "about:blank", size && { viewport: size });
    await opened.page.addInitScript((name) => {
      if (location.protocol !== "http:") return;
      localStorage.setItem("sam2js:timings", JSON.stringify({ [name]: { encodeMs: 60_000 } }));
    }, key);
    await opened.page.goto(`${stage.url}?test&fault=held-encode&${query}`);
    await openExample(opened.page);
    return opened;
  };
  const openFake = (size?: { width: number; height: number }) => open("engine=fake", "fake on fake", size);
  const endHold = (page: Page) => page.evaluate(() => globalThis.__sam2js?.endHold());

  it("answers clicks from a draft, and makes their masks anew once the whole photo is there", async () => {
    const { page, context, complaints } = await openFake();
    const draft = page.getByTestId("draft");
    expect(await draft.textContent()).toMatch(/Draft of 128 pixels · full size in \d+ s/);
    await clickPhoto(page, 0.5, 0.6);
    await clickPhoto(page, 0.4, 0.6);
    await expect.poll(async () => (await stateOf(page)).objects[0]?.isFresh).toBe(true);
    expect(await draft.count()).toBe(1);
    await picture(page, "draft");
    const before = (await stateOf(page)).objects[0];
    await endHold(page);
    const after = (await settle(page)).objects[0];
    expect(await draft.count()).toBe(0);
    expect(after?.points).toBe(2);
    expect(after?.counts).not.toEqual(before?.counts);
    expect(Math.abs((after?.area ?? 0) / (before?.area ?? 1) - 1)).toBeLessThan(0.1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("stays with drafts where they will do, until the full size is asked for", async () => {
    const { page, context } = await openFake({ width: 390, height: 844 });
    await page.getByTestId("draft-only").click();
    await settle(page);
    expect(await page.getByTestId("draft").textContent()).toContain("Draft of 128 pixels");
    await picture(page, "draft-only-phone");
    await page.getByTestId("full-size").click();
    await expect.poll(() => page.getByTestId("draft").textContent()).toMatch(/full size in/);
    await endHold(page);
    await settle(page);
    expect(await page.getByTestId("draft").count()).toBe(0);
    await context.close();
  });

  it("nano: a draft of half its size answers, then nano in full, to the same prompts", async () => {
    const { page, context, complaints } = await open("device=wasm", "nano on wasm");
    expect(await page.getByTestId("draft").count()).toBe(1);
    await page.getByTestId("draft-only").click();
    await clickPhoto(page, 0.5, 0.72);
    const draft = (await settle(page)).objects[0];
    expect(draft?.area).toBeGreaterThan(500);
    const engines = () => page.workers().filter((worker) => worker.url().includes("wasm-worker"));
    await expect.poll(() => engines().length).toBe(2);
    await picture(page, "draft-nano");
    await endHold(page);
    await page.getByTestId("full-size").click();
    await expect.poll(() => page.getByTestId("draft").count()).toBe(0);
    const full = (await settle(page)).objects[0];
    expect(full?.points).toBe(1);
    expect(full?.area).toBeGreaterThan(500);
    expect(full?.counts).not.toEqual(draft?.counts);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
