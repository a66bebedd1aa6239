import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { videoState } from "../e2e/hooks.js";
import { makeClip } from "../e2e/make-clip.js";
import { clickPhoto, openApp, startBrowser, startSite } from "../e2e/site.js";

const FRAMES = Number(process.env.SAM2JS_SOAK_FRAMES ?? 2000);
const WIDTH = Number(process.env.SAM2JS_SOAK_WIDTH ?? 320);
/** How often memory is looked at. */
const EVERY_MS = 15_000;

/** Bytes that processes hold in memory; undefined where the system does not say. */
async function residentBytes(pids: readonly number[]): Promise<number | undefined> {
  let sum = 0;
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => undefined);
    if (!status) return undefined;
    sum += 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return sum;
}

it(`tracks ${FRAMES} frames, with what memory`, async () => {
  const site = await startSite();
  const browser = await startBrowser(["--enable-precise-memory-info"]);
  const { page, complaints } = await openApp(browser, `${site.url}?test&device=wasm`);
  const height = Math.round((WIDTH * 9) / 32) * 2;
  const buffer = await makeClip(page, { frames: FRAMES, width: WIDTH, height });
  await page.getByTestId("file-input").setInputFiles({ name: "soak.webm", mimeType: "video/webm", buffer });
  await page.locator('main[data-phase="ready"]').waitFor({ timeout: 60_000 });
  await clickPhoto(page, 0.2, 0.36);
  await expect
    .poll(async () => (await videoState(page)).lanes[0]?.missing, { timeout: 60_000 })
    .toBe(FRAMES - 1);
  const cdp = await browser.newBrowserCDPSession();
  const start = performance.now();
  await page.getByTestId("track").click();
  let done = 1;
  while (done < FRAMES) {
    await page.waitForTimeout(Math.min(EVERY_MS, 30 * FRAMES));
    const anyway = page.getByTestId("track-anyway");
    if (await anyway.isVisible()) await anyway.click();
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    const rss = await residentBytes(pids);
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    done = FRAMES - ((await videoState(page)).lanes[0]?.missing ?? FRAMES);
    const seconds = (performance.now() - start) / 1000;
    const decode = await page.locator("main").getAttribute("data-decode-ms");
    console.log(
      `${done} of ${FRAMES} frames, ${(done / seconds).toFixed(2)} frames/s, last step ${decode} ms, page heap ${mb(heap)}, renderers resident ${mb(rss)}`,
    );
  }
  expect(complaints).toEqual([]);
  await browser.close();
  await site.stop();
}, 7_200_000);

function mb(bytes: number | undefined): string {
  return bytes === undefined ? "unknown" : `${(bytes / 1e6).toFixed(0)} MB`;
}
