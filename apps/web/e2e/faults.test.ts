import { expect, it } from "vitest";
import { previewOf, settle, stateOf } from "./hooks.js";
import { clickPhoto, lastClickMs, openApp, openExample, picture, placeOnPhoto } from "./site.js";
import { describeInBrowser } from "./with-app.js";

/** What a user reads, what it can be answered with, and the typed error to copy. */
const OF_LOADING = [
  ["quota", "not enough room on this device", "STORE_FULL"],
  ["corrupt", "damaged or is not a SAM 2 model", "INVALID_CHECKPOINT"],
  ["broken-download", "What is here already is kept", "DOWNLOAD_FAILED"],
  ["oom", "does not fit this device", "OUT_OF_MEMORY"],
] as const;

describeInBrowser("what goes wrong, with discs for masks", {}, (stage) => {
  const open = async (fault: string) => {
    const opened = await openApp(stage.browser, `${stage.url}?test&engine=fake&fault=${fault}`);
    await openExample(opened.page);
    await clickPhoto(opened.page, 0.5, 0.6);
    return opened;
  };

  it.each(OF_LOADING)(
    "%s: says that the model is '%s', and the old one works on",
    async (fault, text, code) => {
      const { page, context, complaints } = await open(fault);
      await settle(page);
      await page.getByTestId("model").click();
      await page.getByTestId("use-tiny").click();
      await page.getByTestId("problem").waitFor({ state: "attached" });
      await page.getByTestId("close-dialog").click();
      const bar = page.getByTestId("problem");
      expect(await bar.textContent()).toContain(text);
      expect(await bar.textContent()).toContain(code);
      expect(await bar.getByRole("button").first().textContent()).toBe("Try again");
      await picture(page, `fault-${fault}`);
      await clickPhoto(page, 0.2, 0.3, { modifiers: ["Shift"] });
      expect((await settle(page)).objects).toHaveLength(2);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it("gpu-lost: keeps the prompts, and makes the mask when asked again", async () => {
    const { page, context } = await open("gpu-lost");
    const bar = page.getByTestId("problem");
    await bar.getByText("The GPU restarted. Your masks are kept.").waitFor();
    await picture(page, "fault-gpu-lost");
    expect((await stateOf(page)).objects).toMatchObject([{ points: 1, area: null }]);
    await bar.getByRole("button", { name: "Try again" }).click();
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(0);
    expect(await bar.count()).toBe(0);
    await context.close();
  });

  it("slow: shows no previews for a while, then that of the place where the pointer rests, and clicks are answered", async () => {
    const { page, context } = await open("slow");
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(0);
    expect(await lastClickMs(page)).toBeGreaterThan(350);
    // The model rests after some of them; the pointer moves no more, and sees its preview in the end.
    for (const x of [0.1, 0.2, 0.3, 0.4]) {
      await page.mouse.move(2, 2);
      await expect.poll(() => previewOf(page)).toBeNull();
      const place = await placeOnPhoto(page, x, 0.3);
      await page.mouse.move(place.x, place.y);
      await expect.poll(() => previewOf(page)).not.toBeNull();
    }
    await context.close();
  });

  it("opens, paints and answers where the painter's worker cannot be had", async () => {
    const { page, context } = await openApp(stage.browser, "about:blank");
    await page.route("**/paint.worker*", (route) => route.abort());
    await page.goto(`${stage.url}?test&engine=fake`);
    await openExample(page);
    await clickPhoto(page, 0.5, 0.6);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(0);
    expect(await lastClickMs(page)).toBeGreaterThan(0);
    await picture(page, "fault-no-painter");
    await context.close();
  });
});
