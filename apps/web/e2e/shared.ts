import { QUIET } from "@sam2js/testing/chromium";
import { type Browser, chromium } from "playwright-core";
import { findChromium, startSite } from "./site.js";

// Files of tests that run in one process share what takes long to start. It ends with the process.
const browsers = new Map<string, Browser>();
let site: ReturnType<typeof startSite> | undefined;

/** The address of the built app; it ends in a slash. */
export async function sharedSite(): Promise<string> {
  site ??= startSite();
  return (await site).url;
}

interface BrowserOptions {
  readonly flags?: readonly string[] | undefined;
  /** The browser that people have. Its windows take more of the machine than most pages. */
  readonly hasWindows?: boolean | undefined;
}

/** A browser with these flags. Whoever opens contexts closes them. */
export async function sharedBrowser({ flags = [], hasWindows = false }: BrowserOptions): Promise<Browser> {
  const key = `${hasWindows} ${flags.join(" ")}`;
  const running = browsers.get(key);
  if (running?.isConnected()) return running;
  const executablePath = findChromium(hasWindows);
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [...QUIET, ...flags],
  });
  browsers.set(key, browser);
  return browser;
}
