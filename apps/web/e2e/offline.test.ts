import { expect, it } from "vitest";
import { settle } from "./hooks.js";
import { clickPhoto, openApp, openExample, startSite } from "./site.js";
import { describeInBrowser } from "./with-app.js";

describeInBrowser("without a network, after the first visit", { hasWindows: true }, (stage) => {
  it("starts, opens an example and answers a click, and the host is gone for good", async () => {
    const site = await startSite();
    const { page, context, complaints } = await openApp(stage.browser, `${site.url}?test&device=wasm`, {
      serviceWorkers: "allow",
    });
    await page.locator('html[data-offline="ready"]').waitFor();
    await context.setOffline(true);
    await site.stop();
    await page.reload();
    await page.getByTestId("privacy").getByText("Offline, all works").waitFor();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await openExample(page);
    await clickPhoto(page, 0.5, 0.72);
    expect((await settle(page)).objects[0]?.area).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });
});
