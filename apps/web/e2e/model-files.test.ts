import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureDir, loadMeta } from "@sam2js/reference";
import { QUICK_WASM } from "@sam2js/testing/chromium";
import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openExample, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&device=wasm", flags: [QUICK_WASM], prepare: openExample };

describeInBrowser("files of a model on WASM, chosen like any model", options, (stage) => {
  interface ModelFile {
    readonly name: string;
    readonly mimeType: string;
    readonly buffer: Buffer;
  }

  /** A click's mask by the model of these files. */
  async function areaBy(files: readonly ModelFile[], name: string): Promise<number> {
    const { page } = stage;
    await page.evaluate(() => globalThis.__sam2js?.reset());
    await page.getByTestId("model").click();
    await page.getByTestId("model-files").setInputFiles([...files]);
    await page.locator(`main[data-model^="${name}"]`).waitFor();
    await page.getByTestId("close-dialog").click();
    await waitForPhase(page, "ready");
    await clickPhoto(page, 0.5, 0.5);
    return (await settle(page)).objects[0]?.area ?? 0;
  }

  const binary = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });

  it("answer clicks where it is a .pt file, with the config that is known of it", async () => {
    const { file, given } = loadMeta();
    const config = {
      name: "config.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(given)),
    };
    expect(await areaBy([binary("tuned.pt", Buffer.from(file)), config], "tuned.pt")).toBeGreaterThan(500);
    expect(stage.opened.complaints).toEqual([]);
  });

  it("answer clicks where it is an EdgeTAM", async () => {
    const files = ["model.safetensors", "config.json", "preprocessor_config.json"].map((name) =>
      binary(name, readFileSync(join(fixtureDir("edge-a"), name))),
    );
    expect(await areaBy(files, "model.safetensors")).toBeGreaterThan(500);
    expect(stage.opened.complaints).toEqual([]);
  });
});
