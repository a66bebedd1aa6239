import type { Page } from "playwright-core";
import { beforeEach, expect, it } from "vitest";
import { previewOf, settle, stateOf } from "./hooks.js";
import { clickPhoto, openExample, picture, placeOnPhoto } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const query = "?test&engine=fake";

describeInBrowser("what stays on the device", { query, prepare: openExample }, (stage) => {
  beforeEach(() => stage.page.evaluate(() => globalThis.__sam2js?.reset()));

  it("tells which models are kept and what they take, and deletes one", async () => {
    const { page } = stage;
    await keepFile(page, "owner%2Ftuned", 2_500_000);
    await keepFile(page, "facebook%2Fsam2.1-hiera-tiny", 60_000_000);
    await page.getByTestId("model").click();
    await page.getByText("2.5 MB, kept on this device").waitFor();
    await page.getByText("60 MB of 156 MB are here, the rest is fetched").waitFor();
    expect(await page.getByTestId("storage").textContent()).toMatch(/On this device: .* used, .* free\./);
    await picture(page, "models");
    await page.getByTestId("forget-owner/tuned").click();
    await expect.poll(() => page.getByTestId("use-owner/tuned").count()).toBe(0);
    await page.getByText("60 MB of 156 MB").waitFor();
    await page.getByTestId("close-dialog").click();
    await page.getByTestId("model").click();
    await page.getByTestId("forget-tiny").click();
    await page.getByText("156 MB from the Hugging Face Hub").waitFor();
    await page.getByTestId("close-dialog").click();
  });

  it("keeps settings for the next visit", async () => {
    const { page } = stage;
    await page.getByTestId("settings").click();
    await page.getByTestId("theme-light").click();
    await page.getByTestId("has-preview").uncheck();
    await picture(page, "settings");
    await page.getByTestId("close-dialog").click();
    await settle(page);
    const before = await stillPicture(page);
    const place = await placeOnPhoto(page, 0.5, 0.6);
    await page.mouse.move(place.x, place.y);
    await page.waitForTimeout(400);
    expect(await previewOf(page)).toBeNull();
    expect((await stillPicture(page)).equals(before)).toBe(true);
    await page.reload();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    await page.getByTestId("settings").click();
    expect(await page.getByTestId("has-preview").isChecked()).toBe(false);
    await page.getByTestId("has-preview").check();
    await page.getByTestId("theme-system").click();
    await page.getByTestId("close-dialog").click();
    await openExample(page);
  });

  it("saves nothing where that is switched off, and forgets what was saved", async () => {
    const { page } = stage;
    await page.getByTestId("settings").click();
    await page.getByTestId("autosave").uncheck();
    await page.getByTestId("forget").click();
    await page.getByTestId("answer-yes").click();
    await clickPhoto(page, 0.5, 0.6);
    await settle(page);
    expect((await stateOf(page)).objects).toHaveLength(1);
    await expect.poll(() => savedFiles(page)).toEqual([]);
    // Longer than a change waits for its saving.
    await page.waitForTimeout(1500);
    expect(await savedFiles(page)).toEqual([]);
    await page.getByTestId("settings").click();
    await page.getByTestId("autosave").check();
    await page.getByTestId("close-dialog").click();
    await expect.poll(() => savedFiles(page)).toContain("project.json");
  });

  it("complained of nothing", () => {
    expect(stage.opened.complaints).toEqual([]);
  });
});

/** The stage, once nothing moves there any more: other colours and a dialog that closes take some paints. */
async function stillPicture(page: Page): Promise<Buffer> {
  const take = () => page.getByTestId("stage").screenshot();
  let [before, now] = [await take(), await take()];
  while (!now.equals(before)) [before, now] = [now, await take()];
  return now;
}

/** Puts a piece of a model's file where the runtime keeps them. */
async function keepFile(page: Page, repo: string, bytes: number): Promise<void> {
  await page.evaluate(
    async ([name, size]) => {
      let folder = await navigator.storage.getDirectory();
      for (const part of ["sam2js", "blobs", name, "etag"]) {
        folder = await folder.getDirectoryHandle(part, { create: true });
      }
      const file = await folder.getFileHandle(`0-${size}-`, { create: true });
      const stream = await file.createWritable();
      await stream.write(new Uint8Array(size));
      await stream.close();
    },
    [repo, bytes] as const,
  );
}

/** What was saved to go on with. */
async function savedFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    try {
      const root = await navigator.storage.getDirectory();
      const projects = await root.getDirectoryHandle("sam2js-projects");
      for await (const id of projects.keys())
        for await (const name of (await projects.getDirectoryHandle(id)).keys()) names.push(name);
    } catch {}
    return names;
  });
}
