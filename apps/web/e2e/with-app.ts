import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { findChromium, type Opened, openApp, startBrowser, startSite } from "./site.js";

/** What the tests of one file share. */
export interface Stage {
  readonly browser: Browser;
  /** Address of the app, ending in a slash. */
  readonly url: string;
  /** The page that was opened first; it has ended when the tests have. */
  readonly opened: Opened;
  readonly page: Page;
}

interface StageOptions {
  /** Opens the first page with this query, for example `?test`; left out = no page. */
  readonly query?: string;
  readonly flags?: readonly string[];
  /** Goes on with the first page, before any test. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Tests on the built app in a browser, where there is one; in CI there must be. */
export function describeInBrowser(title: string, options: StageOptions, tests: (stage: Stage) => void): void {
  describe.runIf(findChromium() || process.env.CI)(title, () => {
    let site: Awaited<ReturnType<typeof startSite>> | undefined;
    const stage: { -readonly [K in keyof Stage]?: Stage[K] } = {};

    beforeAll(async () => {
      site = await startSite();
      stage.url = site.url;
      stage.browser = await startBrowser(options.flags);
      if (options.query === undefined) return;
      stage.opened = await openApp(stage.browser, `${site.url}${options.query}`);
      stage.page = stage.opened.page;
      await options.prepare?.(stage.page);
    });
    afterAll(async () => {
      await stage.browser?.close();
      await site?.stop();
    });

    // Filled before the first test runs.
    tests(stage as Stage);
  });
}
