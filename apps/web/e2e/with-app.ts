import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { sharedBrowser, sharedSite } from "./shared.js";
import { findChromium, type Opened, openApp, type PageOptions } from "./site.js";

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
  /** How the first page is opened. */
  readonly page?: PageOptions;
  readonly flags?: readonly string[];
  /** In the browser that people have, with its windows. */
  readonly hasWindows?: boolean;
  /** Goes on with the first page, before any test. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Tests on the built app in a browser, where there is one; in CI there must be. */
export function describeInBrowser(title: string, options: StageOptions, tests: (stage: Stage) => void): void {
  describe.runIf(findChromium() || process.env.CI)(title, () => {
    const stage: { -readonly [K in keyof Stage]?: Stage[K] } = {};

    beforeAll(async () => {
      stage.url = await sharedSite();
      stage.browser = await sharedBrowser(options);
      if (options.query === undefined) return;
      stage.opened = await openApp(stage.browser, `${stage.url}${options.query}`, options.page);
      stage.page = stage.opened.page;
      await options.prepare?.(stage.page);
    });
    afterAll(async () => {
      for (const context of stage.browser?.contexts() ?? []) await context.close();
    });

    // Filled before the first test runs.
    tests(stage as Stage);
  });
}
