import { findWindowlessChromium, QUIET } from "@sam2js/testing/chromium";
import { chromium } from "playwright-core";

export { NO_CHROMIUM } from "@sam2js/testing/chromium";

/** Starts a headless Chromium; undefined on a machine without one. */
export async function launchChromium() {
  const executablePath = findWindowlessChromium();
  return executablePath && chromium.launch({ executablePath, args: [...QUIET] });
}
