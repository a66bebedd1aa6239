import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openExample, picture, WITH_MOTION } from "./site.js";
import { tellStory } from "./story.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&device=wasm", page: WITH_MOTION, hasWindows: true, prepare: openExample };

describeInBrowser("nano on WASM", options, (stage) => {
  tellStory(() => stage.opened, "wasm");

  it("goes on after the engine's worker has died, by encoding the photo again", async () => {
    const { page } = stage;
    await page.evaluate(() => globalThis.__sam2js?.reset());
    const engine = page.workers().find((worker) => worker.url().includes("wasm-worker"));
    expect(engine).toBeDefined();
    const ends = engine?.waitForEvent("close");
    await engine?.evaluate(() => void setTimeout(() => (undefined as unknown as { boom(): void }).boom()));
    await ends;
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

  it("cancels a model that loads, and goes on with the one in use", async () => {
    const { page, opened } = stage;
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await opened.context.route("https://huggingface.co/**", async (route) => {
      await held;
      await route.abort().catch(() => undefined);
    });
    await page.getByTestId("model").click();
    await page.getByTestId("use-tiny").click();
    await page.getByTestId("cancel-load").click();
    await page.getByTestId("model-progress").waitFor({ state: "detached" });
    answer();
    await page.getByTestId("close-dialog").click();
    expect(await page.locator("main").getAttribute("data-model")).toBe("nano");
    expect(await page.getByTestId("problem").count()).toBe(0);
  });
});
