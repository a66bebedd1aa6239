import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Resident memory of all processes of a browser, in bytes (Linux; undefined elsewhere). */
export async function residentBytes(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  try {
    return processInfo.map(({ id }) => residentOf(id)).reduce((sum, each) => sum + each, 0);
  } catch {
    return undefined;
  }
}

/** Private memory only: pages that processes share would count several times. */
function residentOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}
