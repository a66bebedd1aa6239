import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openExample, picture } from "./site.js";
import { tellStory } from "./story.js";
import { describeInBrowser } from "./with-app.js";

describeInBrowser("nano on WASM", { query: "?test&device=wasm", prepare: openExample }, (stage) => {
  tellStory(() => stage.opened, "wasm");

  it("goes on after the engine's worker has died, by encoding the photo again", async () => {
    const { page } = stage;
    await page.evaluate(() => globalThis.__sam2js?.reset());
    const engine = page.workers().find((worker) => worker.url().includes("wasm-worker"));
    await engine?.evaluate(() => void setTimeout(() => (undefined as unknown as { boom(): void }).boom()));
    expect(engine).toBeDefined();
    await page.waitForTimeout(300);
    await clickPhoto(page, 0.5, 0.72);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(500);
    expect(await page.getByTestId("problem").count()).toBe(0);
  });

  it("offers a sharper model after two corrections, once", async () => {
    const { page } = stage;
    const offer = page.getByTestId("take-sharper").first();
    await page.evaluate(() => globalThis.__sam2js?.reset());
    await clickPhoto(page, 0.5, 0.72);
    await settle(page);
    await clickPhoto(page, 0.5, 0.6);
    await settle(page);
    expect(await offer.count()).toBe(0);
    await clickPhoto(page, 0.3, 0.3, { button: "right" });
    await settle(page);
    expect(await offer.textContent()).toMatch(
      /^Try a sharper model \(EdgeTAM, 56 MB, Apache-2.0, about [\d.]+ m?s a photo\)$/,
    );
    await picture(page, "wasm-sharper");
    await page.getByTestId("decline-sharper").first().click();
    await clickPhoto(page, 0.6, 0.3, { button: "right" });
    await settle(page);
    expect(await offer.count()).toBe(0);
  });
});
