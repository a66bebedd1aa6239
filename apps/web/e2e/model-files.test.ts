import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureDir, loadMeta } from "@sam2js/reference";
import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openExample } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&device=wasm", prepare: openExample };

describeInBrowser("a .pt file on WASM", options, (stage) => {
  it("is chosen like any model, with the config that is known of it, and answers clicks", async () => {
    const { page, opened } = stage;
    const { file, given } = loadMeta();
    await page.getByTestId("model").click();
    await page.getByTestId("model-files").setInputFiles([
      { name: "tuned.pt", mimeType: "application/octet-stream", buffer: Buffer.from(file) },
      { name: "config.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(given)) },
    ]);
    await page.locator('main[data-model^="tuned.pt"]').waitFor();
    await page.getByTestId("close-dialog").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    await clickPhoto(page, 0.5, 0.5);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(500);
    expect(opened.complaints).toEqual([]);
  });
});

describeInBrowser("files of an EdgeTAM model on WASM", options, (stage) => {
  it("are chosen like any model's, and answer clicks", async () => {
    const { page, opened } = stage;
    const file = (name: string) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: readFileSync(join(fixtureDir("edge-a"), name)),
    });
    await page.getByTestId("model").click();
    await page
      .getByTestId("model-files")
      .setInputFiles(["model.safetensors", "config.json", "preprocessor_config.json"].map(file));
    await page.locator('main[data-model^="model.safetensors"]').waitFor();
    await page.getByTestId("close-dialog").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    await clickPhoto(page, 0.5, 0.5);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(500);
    expect(opened.complaints).toEqual([]);
  });
});
