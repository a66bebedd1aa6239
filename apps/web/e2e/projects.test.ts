import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, openApp, openExample, picture, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

describeInBrowser("projects, with discs for masks", {}, (stage) => {
  const query = () => `${stage.url}?test&engine=fake`;
  const isSaved = (page: Page) => page.locator('html[data-saved="true"]').waitFor({ state: "attached" });

  async function another(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(query());
    return page;
  }

  /** A project of one example with so many objects. */
  async function work(page: Page, example: string, objects: number): Promise<void> {
    await openExample(page, example);
    for (let i = 0; i < objects; i++) await clickPhoto(page, 0.2 + 0.15 * i, 0.5, { modifiers: ["Shift"] });
    await settle(page);
    await isSaved(page);
  }

  const cards = (page: Page) =>
    page
      .getByTestId("project")
      .evaluateAll((all) =>
        all.map((card) => [
          card.querySelector("input")?.value,
          card.querySelector("small span")?.textContent,
        ]),
      );

  it("are several, each with its name, picture and counts, and opening one leaves the others alone", async () => {
    const { page, context, complaints } = await openApp(stage.browser, query());
    await work(page, "kitchen", 2);
    await page.getByTestId("project-title").fill("Cats");
    await page.getByTestId("project-title").press("Enter");
    await isSaved(page);
    await page.getByTestId("home").click();
    await work(page, "pond", 1);
    await page.reload();
    await page.getByTestId("continue").waitFor();
    await expect
      .poll(() => cards(page))
      .toEqual([
        ["pond", "1 photo, 1 object"],
        ["Cats", "1 photo, 2 objects"],
      ]);
    await page.getByTestId("project-name").first().fill("Ducks");
    await page.getByTestId("project-name").first().press("Enter");
    await expect.poll(async () => (await cards(page))[0]?.[0]).toBe("Ducks");
    await picture(page, "projects");
    await page.getByTestId("open-project").click();
    await waitForPhase(page, "ready");
    expect((await settle(page)).objects).toHaveLength(2);
    await page.getByTestId("home").click();
    await page.getByTestId("delete-project").nth(1).click();
    await picture(page, "delete-project");
    await page.getByTestId("answer-no").click();
    expect(await cards(page)).toHaveLength(2);
    await page.getByTestId("delete-project").nth(1).click();
    await page.getByTestId("answer-yes").click();
    await expect.poll(async () => (await cards(page)).map(([name]) => name)).toEqual(["Cats"]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("are edited by one tab; another one reads, sees what is saved, and takes over", async () => {
    const { page, context } = await openApp(stage.browser, query());
    await work(page, "kitchen", 1);
    const reader = await another(context);
    await reader.getByTestId("continue").dblclick();
    await reader.getByTestId("reader").waitFor();
    const before = await settle(reader);
    expect(before).toEqual(await settle(page));
    await clickPhoto(reader, 0.8, 0.8, { modifiers: ["Shift"] });
    await reader.keyboard.press("Delete");
    expect((await stateOf(reader)).objects).toEqual(before.objects);
    await clickPhoto(page, 0.8, 0.8, { modifiers: ["Shift"] });
    const after = await settle(page);
    await expect.poll(async () => (await stateOf(reader)).objects).toEqual(after.objects);
    await picture(reader, "reader");
    // Not yet saved when the other tab asks for it.
    await clickPhoto(page, 0.5, 0.2, { modifiers: ["Shift"] });
    await settle(page);
    await reader.getByTestId("edit-here").dblclick();
    await reader.getByTestId("reader").waitFor({ state: "detached" });
    await expect.poll(async () => (await settle(reader)).objects.length).toBe(3);
    await page.getByTestId("reader").waitFor();
    await clickPhoto(reader, 0.2, 0.2, { modifiers: ["Shift"] });
    await isSaved(reader);
    await expect.poll(async () => (await stateOf(page)).objects.length).toBe(4);
    await context.close();
  });

  it("of two tabs that open other photos are two", async () => {
    const { page, context } = await openApp(stage.browser, query());
    const second = await another(context);
    await work(page, "kitchen", 2);
    await work(second, "pond", 1);
    const third = await another(context);
    await third.getByTestId("continue").waitFor();
    await expect
      .poll(async () => (await cards(third)).map(([name]) => name).sort())
      .toEqual(["kitchen", "pond"]);
    await context.close();
  });

  it("say that they are not saved, why, and that they are again", async () => {
    const { page, context } = await openApp(stage.browser, query());
    await work(page, "kitchen", 1);
    await page.evaluate(() => {
      const { createWritable } = FileSystemFileHandle.prototype;
      Object.assign(globalThis, {
        mend: () => Object.assign(FileSystemFileHandle.prototype, { createWritable }),
      });
      FileSystemFileHandle.prototype.createWritable = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await clickPhoto(page, 0.8, 0.8, { modifiers: ["Shift"] });
    await page.getByTestId("problem").getByText("there is no room left on this device").waitFor();
    await page.getByTestId("saved-sign").getByText("Not saved", { exact: true }).waitFor();
    await picture(page, "not-saved");
    await page.getByTestId("home").click();
    await page.getByTestId("dialog-question").getByText("Leave without saving?").waitFor();
    await page.getByTestId("answer-no").click();
    expect((await stateOf(page)).objects).toHaveLength(2);
    await page.evaluate(() => (globalThis as unknown as { mend: () => void }).mend());
    await isSaved(page);
    await page.getByTestId("saved-sign").getByText("Saved", { exact: true }).waitFor();
    await context.close();
  });

  it("show where undo acts, and never undo to the start page", async () => {
    const { page, context } = await openApp(stage.browser, query());
    await work(page, "kitchen", 1);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    expect(await stateOf(page)).toMatchObject({ photos: 1, objects: [] });
    await page.keyboard.press("Control+Shift+z");
    expect((await settle(page)).objects).toHaveLength(1);
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByTestId("open-more").click(),
    ]);
    await chooser.setFiles(new URL("../public/examples/pond.jpg", import.meta.url).pathname);
    await expect.poll(async () => (await stateOf(page)).photos).toBe(2);
    await page.getByTestId("strip-photo").first().click();
    await clickPhoto(page, 0.7, 0.7, { modifiers: ["Shift"] });
    await settle(page);
    await page.getByTestId("strip-photo").nth(1).click();
    await page.keyboard.press("Control+z");
    await expect
      .poll(() => page.getByTestId("strip-photo").first().getAttribute("aria-current"))
      .toBe("true");
    expect((await settle(page)).objects).toHaveLength(1);
    await context.close();
  });
});
