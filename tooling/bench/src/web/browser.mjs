import { readFileSync } from "node:fs";
import { findChromium, NO_CHROMIUM, QUIET, webGpu } from "@sam2js/testing/chromium";
import { chromium } from "playwright-core";
import { startSite } from "./site.mjs";

// Memory is measured at once instead of when the browser next collects garbage by itself.
const EAGER_MEMORY = "--enable-blink-features=ForceEagerMeasureMemory";

/** A headless browser; with `"webgpu"` on its software adapter. */
export function launchBrowser(device) {
  const executablePath = findChromium();
  if (!executablePath) {
    console.error(NO_CHROMIUM);
    process.exit(2);
  }
  const args = [...QUIET, EAGER_MEMORY, ...(device === "webgpu" ? webGpu() : [])];
  return chromium.launch({ executablePath, headless: true, args });
}

/** Runs `work` on a page of a headless browser where a model of a folder is loaded; gives its result. */
export async function inBrowser(folder, options, work) {
  const browser = await launchBrowser(options.device);
  const site = await startSite(folder);
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`${error}`));
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => "bench" in globalThis);
    const facts = await page.evaluate(
      ([model, how]) => globalThis.bench.open(model, how),
      [site.model, options],
    );
    return await work(page, { ...facts, browser: `Chromium ${browser.version()}` }, browser);
  } finally {
    await browser.close();
    site.close();
  }
}

/** Resident private memory of all processes of a browser, in bytes; undefined where there is no /proc. */
export async function residentBytes(browser) {
  const processInfo = await processesOf(browser);
  try {
    return processInfo.reduce((sum, { id }) => sum + anonymousBytes(id), 0);
  } catch {
    return undefined;
  }
}

/**
 * Resident memory of a browser by kind of process, in bytes: what is a process's own, and its part of what processes share among each other,
 * which is where decoded pictures lie. Undefined where there is no /proc.
 *
 * @returns {Promise<Record<string, number> | undefined>} "page" (and its workers), "gpu", "browser", "others"
 */
export async function residentByProcess(browser) {
  const sums = { page: 0, gpu: 0, browser: 0, others: 0 };
  try {
    for (const { id, type } of await processesOf(browser)) {
      const text = readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
      const kilobytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
      const kind = { renderer: "page", GPU: "gpu", browser: "browser" }[type] ?? "others";
      sums[kind] += 1024 * (kilobytes("Pss_Anon") + kilobytes("Pss_Shmem"));
    }
    return sums;
  } catch {
    return undefined;
  }
}

async function processesOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo;
}

function anonymousBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}
