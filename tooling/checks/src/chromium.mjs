import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = [process.env.SAM2JS_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What is reported on a machine without a browser. */
export const NO_CHROMIUM =
  "there is no Chromium at /usr/bin/chromium; install it, or name one in SAM2JS_CHROMIUM";

/** Starts a headless Chromium; undefined on a machine without one. */
export async function launchChromium() {
  const executablePath = PLACES.find((path) => path && existsSync(path));
  return executablePath && chromium.launch({ executablePath, args: QUIET });
}
