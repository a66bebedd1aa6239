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

  it("does once what a key does that is held, but undo", async () => {
    const hold = (key: string, code: string, ctrlKey = false) =>
      page.evaluate(
        ([sign, place, isControl]) => {
          const init = { key: sign, code: place, ctrlKey: isControl, bubbles: true };
          for (const repeat of [false, true, true, true])
            document.body.dispatchEvent(new KeyboardEvent("keydown", { ...init, repeat }));
        },
        [key, code, ctrlKey] as const,
      );
    await hold("q", "KeyQ");
    await page.locator('[data-testid="quick"].on').waitFor();
    for (const x of [0.2, 0.5, 0.8]) await clickPhoto(page, x, 0.5);
    await settle(page);
    await hold("z", "KeyZ", true);
    await expect.poll(async () => (await stateOf(page)).objects).toEqual([]);
  });

  it("knows brackets and digits of other keyboards by their places", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    // A French keyboard has no digits without Shift.
    await press('"', "Digit3");
    await expect.poll(async () => page.getByTestId("reading-3").getAttribute("aria-checked")).toBe("true");
    await press("p", "KeyP");
    const size = () => page.getByTestId("brush-size").inputValue().then(Number);
    const before = await size();
    // A German keyboard has ü where others have a bracket.
    await press("ü", "BracketLeft");
    await expect.poll(size).toBeLessThan(before);
  });

  it("moves a point by arrow keys, and removes it", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    // The stand-in's masks are discs about their points; the photo is 1800 pixels wide.
    const left = async () => (await settle(page)).objects[0]?.box?.[0] ?? 0;
    const before = await left();
    await page.getByTestId("prompt").focus();
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(left).toBe(before + 90);
    await page.keyboard.press("Control+z");
    await expect.poll(left).toBe(before);
  });

  it("never loses the focus: after a dialog, a deletion, an undo that was the last one, and the way back to the start", async () => {
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: now } = document;
        return now === document.body ? "nothing" : now?.getAttribute("data-testid");
      });
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    for (const leave of ["Escape", "button"]) {
      await page.getByTestId("settings").focus();
      await page.keyboard.press("Enter");
      await page.getByTestId("dialog-settings").waitFor();
      if (leave === "Escape") await page.keyboard.press("Escape");
      else await page.getByTestId("close-dialog").press("Enter");
      await expect.poll(focused).toBe("settings");
    }
    await page.getByTestId("settings").press("Enter");
    await page.getByTestId("all-keys").press("Enter");
    await page.getByTestId("dialog-keys").waitFor();
    await page.getByTestId("close-dialog").press("Enter");
    await expect.poll(focused).toBe("settings");
    await page.getByTestId("prompt").press("Enter");
    await expect.poll(async () => (await stateOf(page)).objects.length).toBe(0);
    await expect.poll(focused).not.toBe("nothing");
    await page.getByTestId("undo").press("Enter");
    await page.getByTestId("undo").press("Enter");
    await expect.poll(() => page.getByTestId("undo").isDisabled()).toBe(true);
    await expect.poll(focused).toBe("redo");
  });

  it("opens a dialog with the focus in it, before any other key can be pressed", async () => {
    await page.evaluate(() => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      new MutationObserver(() => {
        const dialog = document.querySelector("dialog");
        if (dialog) opened.push(`${dialog.dataset.testid} ${dialog.contains(document.activeElement)}`);
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.getByTestId("settings").press("Enter");
    await page.getByTestId("all-keys").press("Enter");
    await page.getByTestId("dialog-keys").waitFor();
    const opened = await page.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
    expect(new Set(opened)).toEqual(new Set(["dialog-settings true", "dialog-keys true"]));
  });

  it("hears the key that opens a dialog also while another one ends", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    for (const ended of ["export", "settings"]) {
      await page.getByTestId(ended).click();
      await page.getByTestId(`dialog-${ended}`).waitFor();
      const isModal = await page.evaluate(async () => {
        const last = document.querySelector("dialog");
        // As a browser does that closes it whatever the page says: its last event comes after the next key.
        last?.dispatchEvent(new Event("cancel"));
        last?.close();
        const init = { key: "e", code: "KeyE", ctrlKey: true, bubbles: true, cancelable: true };
        document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", init));
        last?.dispatchEvent(new Event("close"));
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return document.querySelector("dialog")?.matches(":modal");
      });
      expect(isModal).toBe(true);
      await page.getByTestId("dialog-export").waitFor();
      await page.getByTestId("close-dialog").click();
    }
  });

  it("tells where it was done what was done", async () => {
    await clickPhoto(page, 0.5, 0.5);
    await settle(page);
    // It is said for a moment only: whoever looks for it looks before it is said.
    const isSaid = page.getByTestId("status").getByText("Undone: add point").waitFor();
    await page.keyboard.press("Control+z");
    await isSaid;
  });

  it("leaves the page for no dropped file, and says that it is none of its own", async () => {
    const place = page.url();
    const isSaid = page.getByTestId("status").getByText("notes.txt is no photo, video or project").waitFor();
    await page.evaluate(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(["text"], "notes.txt", { type: "text/plain" }));
      const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
      if (document.body.dispatchEvent(event)) throw new RangeError("the browser would have opened the file");
    });
    await isSaid;
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
    await page.getByTestId("problem").getByText("2 of 3 files cannot be opened: a.jpg, c.jpg.").waitFor();
  });
});
