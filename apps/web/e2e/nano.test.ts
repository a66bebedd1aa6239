import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { findChromium, type Opened, openApp, openExample, startBrowser, startSite } from "./site.js";
import { tellStory } from "./story.js";

describe.runIf(findChromium() || process.env.CI)("nano on WASM", () => {
  let site: Awaited<ReturnType<typeof startSite>>;
  let browser: Browser;
  let opened: Opened;

  beforeAll(async () => {
    site = await startSite();
    browser = await startBrowser();
    opened = await openApp(browser, `${site.url}?test&device=wasm`);
    await openExample(opened.page);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  tellStory(() => opened, "wasm");
});
