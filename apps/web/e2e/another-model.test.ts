import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openExample, picture } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const options = { query: "?test&engine=fake", prepare: openExample };

describeInBrowser("another model, with discs for masks", options, (stage) => {
  it("leaves masks as they were seen until it is asked for them, and undo brings them back", async () => {
    const { page, opened } = stage;
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await clickPhoto(page, 0.7, 0.5, { modifiers: ["Shift"] });
    const before = await settle(page);
    await page.getByTestId("model").click();
    await page.getByTestId("hub-id").fill("someone/other");
    await page.getByTestId("load-hub").click();
    await page.locator('main[data-model="someone/other"]').waitFor();
    await page.getByTestId("close-dialog").click();
    await page.locator('main[data-phase="ready"]').waitFor();
    expect(await settle(page)).toEqual(before);
    await clickPhoto(page, 0.5, 0.2, { modifiers: ["Shift"] });
    const [first, second, third] = (await settle(page)).objects;
    expect([first, second]).toEqual(before.objects);
    // Its discs are smaller.
    expect(third?.area).toBeLessThan(first?.area ?? 0);
    await page.keyboard.press("Escape");
    await picture(page, "another-model");
    await page.getByTestId("ask-again").click();
    const after = (await settle(page)).objects;
    for (const { area } of after) expect((area ?? 0) / (third?.area ?? 1)).toBeCloseTo(1, 2);
    expect(await page.getByTestId("ask-again").count()).toBe(0);
    await page.keyboard.press("Control+z");
    expect((await settle(page)).objects.slice(0, 2)).toEqual(before.objects);
    expect(opened.complaints).toEqual([]);
  });
});
