import type { Page } from "playwright-core";
import { beforeEach, expect, it } from "vitest";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, openExample } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&engine=fake", prepare: openExample };

describeInBrowser("keys and files, with discs for masks", options, (stage) => {
  let page: Page;
  beforeEach(async () => {
    page = stage.page;
    await page.evaluate(() => globalThis.__sam2js?.reset());
  });

  /** A key of another keyboard: its sign, and its place. */
  const press = (key: string, code: string, ctrlKey = false) =>
    page.evaluate(
      ([sign, place, isControl]) => {
        const init = { key: sign, code: place, ctrlKey: isControl, bubbles: true, cancelable: true };
        for (const type of ["keydown", "keyup"]) document.body.dispatchEvent(new KeyboardEvent(type, init));
      },
      [key, code, ctrlKey] as const,
    );

  it("knows letters of keyboards that have no Latin ones by their places", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    await press("я", "KeyZ", true);
    await expect.poll(async () => (await stateOf(page)).objects).toEqual([]);
    await press("и", "KeyB");
    await page.locator('[data-testid="tool-box"].on').waitFor();
  });

  it("tells where it was done what was done", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    await page.keyboard.press("Control+z");
    await page.getByTestId("status").getByText("Undone: add point").waitFor();
  });

  it("leaves the page for no dropped file, and says that it is none of its own", async () => {
    const place = page.url();
    await page.evaluate(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(["text"], "notes.txt", { type: "text/plain" }));
      const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
      if (document.body.dispatchEvent(event)) throw new RangeError("the browser would have opened the file");
    });
    await page.getByTestId("status").getByText("notes.txt is no photo, video or project").waitFor();
    expect(page.url()).toBe(place);
  });

  it("names broken files among many, and opens the others", async () => {
    const good = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(40, 30);
      canvas.getContext("2d")?.fillRect(0, 0, 9, 9);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    });
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: "image/jpeg", buffer });
    const bad = Buffer.from("no picture at all");
    await page
      .getByTestId("file-input")
      .setInputFiles([file("a.jpg", bad), file("b.png", Buffer.from(good)), file("c.jpg", bad)]);
    await expect.poll(async () => (await stateOf(page)).photos).toBe(2);
    expect(await page.getByTestId("problem").textContent()).toContain(
      "2 of 3 files cannot be opened: a.jpg, c.jpg.",
    );
  });
});
