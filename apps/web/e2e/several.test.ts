import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, openExample, picture, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const pond = new URL("../public/examples/pond.jpg", import.meta.url);

describeInBrowser(
  "several objects at once, with discs for masks",
  { query: "?test&engine=fake" },
  (stage) => {
    let page: Page;
    beforeAll(async () => {
      page = stage.page;
      await openExample(page, "pond");
      const files = ["b.jpg", "c.jpg"].map(async (name) => ({
        name,
        mimeType: "image/jpeg",
        buffer: await readFile(pond),
      }));
      await page.getByTestId("file-input").setInputFiles(await Promise.all(files));
      await page.getByTestId("strip-photo").nth(2).waitFor();
    });
    beforeEach(async () => {
      await page.getByTestId("strip-photo").first().click();
      await waitForPhase(page, "ready");
    });
    afterAll(() => expect(stage.opened.complaints).toEqual([]));

    const row = (at: number) => page.getByTestId("object-row").nth(at).locator(".row-main");
    const chosen = () => page.locator(".row.chosen").count();
    const bits = (counts: readonly number[] | null = []) =>
      Uint8Array.from((counts ?? []).flatMap((length, i) => new Array<number>(length).fill(i % 2)));
    const without = (from: Uint8Array, what: Uint8Array) => from.map((bit, i) => bit & (1 - (what[i] ?? 0)));
    const differing = (a: Uint8Array, b: Uint8Array) => a.filter((bit, i) => bit !== b[i]).length;
    /** Objects of the photo that is shown, once all their masks are there. */
    const objects = async () => (await settle(page)).objects;

    it("are chosen in the list, on the stage and by keys", async () => {
      for (const x of [0.3, 0.4, 0.75]) await clickPhoto(page, x, 0.5, { modifiers: ["Shift"] });
      expect(await objects()).toHaveLength(3);
      await row(0).click();
      await expect.poll(chosen).toBe(1);
      await row(2).click({ modifiers: ["Shift"] });
      await expect.poll(chosen).toBe(3);
      await row(1).click({ modifiers: ["Control"] });
      await expect.poll(chosen).toBe(2);
      // A plain click on one of them leaves that one; nothing is asked.
      await clickPhoto(page, 0.75, 0.5);
      await expect.poll(chosen).toBe(1);
      await clickPhoto(page, 0.25, 0.5, { modifiers: ["Control"] });
      await expect.poll(chosen).toBe(2);
      await page.keyboard.press("Control+a");
      await expect.poll(chosen).toBe(3);
      expect((await objects()).map(({ points }) => points)).toEqual([1, 1, 1]);
      await picture(page, "several");
      await clickPhoto(page, 0.5, 0.05);
      await expect.poll(chosen).toBe(0);
      await page.getByTestId("choose-several").click();
      await clickPhoto(page, 0.25, 0.5);
      await row(2).click();
      await expect.poll(chosen).toBe(2);
      await page.getByTestId("choose-several").click();
      expect(await objects()).toHaveLength(3);
    });

    it("become one with the pixels of all, and undo brings them back", async () => {
      const before = await objects();
      await row(0).click();
      await row(1).click({ modifiers: ["Control"] });
      await page.keyboard.press("m");
      await expect.poll(async () => (await stateOf(page)).objects.length).toBe(2);
      const [merged] = await objects();
      const [a, b] = [bits(before[0]?.counts), bits(before[1]?.counts)];
      const union = a.map((bit, i) => bit | (b[i] ?? 0));
      expect(differing(bits(merged?.counts), union)).toBe(0);
      expect(merged).toMatchObject({ name: "Object 1", points: 0 });
      await page.keyboard.press("Control+z");
      expect(await objects()).toEqual(before);
    });

    it("are cut out of each other", async () => {
      const before = await objects();
      const [a, b] = [bits(before[0]?.counts), bits(before[1]?.counts)];
      await row(0).click();
      await row(1).click({ modifiers: ["Control"] });
      await page.getByTestId("cut-out").click();
      await expect.poll(async () => (await stateOf(page)).objects[1]?.points).toBe(0);
      const [first, second] = await objects();
      expect(differing(bits(first?.counts), a)).toBe(0);
      expect(differing(bits(second?.counts), without(b, a))).toBe(0);
      await page.keyboard.press("Control+z");
      await row(0).click();
      await row(1).click({ modifiers: ["Control"] });
      await page.getByTestId("cut-out-reversed").click();
      await expect.poll(async () => (await stateOf(page)).objects[0]?.points).toBe(0);
      expect(differing(bits((await objects())[0]?.counts), without(a, b))).toBe(0);
      await page.keyboard.press("Control+z");
      expect(await objects()).toEqual(before);
    });

    it("go to the next photo: asked for there, or as they are", async () => {
      const before = await objects();
      await row(2).click();
      await page.getByTestId("object-class").fill("duck");
      await page.getByTestId("object-class").press("Enter");
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+b");
      await expect
        .poll(() => page.getByTestId("strip-photo").nth(1).getAttribute("aria-current"))
        .toBe("true");
      await waitForPhase(page, "ready");
      const found = await objects();
      // The same picture again, so the same clicks have the same masks.
      expect(found.map(({ counts, points }) => [counts, points])).toEqual(
        [before[2], before[0], before[1]].map((each) => [each?.counts, each?.points]),
      );
      await expect.poll(chosen).toBe(3);
      expect(await page.locator(".row-class").allTextContents()).toEqual(["duck"]);
      await page.keyboard.press("Control+Shift+b");
      await expect
        .poll(() => page.getByTestId("strip-photo").nth(2).getAttribute("aria-current"))
        .toBe("true");
      await waitForPhase(page, "ready");
      const copied = await objects();
      expect(copied.map(({ counts, points }) => [counts, points])).toEqual(
        found.map(({ counts }) => [counts, 0]),
      );
      // A click goes on from a mask as it is: what it adds comes beside it.
      await page.getByTestId("choose-none").click();
      await row(0).click();
      await clickPhoto(page, 0.5, 0.9);
      const [more] = await objects();
      const was = bits(copied[0]?.counts);
      expect(bits(more?.counts).filter((bit, i) => was[i] && !bit)).toHaveLength(0);
      expect(more?.area ?? 0).toBeGreaterThan(copied[0]?.area ?? 0);
    });

    it("are deleted together", async () => {
      await page.keyboard.press("Control+a");
      await page.getByTestId("delete-several").click();
      await expect.poll(async () => (await stateOf(page)).objects.length).toBe(0);
      await page.keyboard.press("Control+z");
      await expect.poll(async () => (await stateOf(page)).objects.length).toBe(3);
    });
  },
);
