import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { TestHooks } from "../src/testing/hooks.js";

type State = ReturnType<TestHooks["state"]>;

declare global {
  var __sam2js: TestHooks | undefined;
}

/** Until something has happened, on the slowest machine: nothing is waited for so long that comes. */
export const MOST_MS = 180_000;

/** What the page shows now. It comes as text: borders are thousands of numbers, and each by itself takes longer to pass than to make. */
export async function stateOf(page: Page): Promise<State> {
  const text = await page.evaluate(() => JSON.stringify(globalThis.__sam2js?.state() ?? null));
  return JSON.parse(text) ?? { photos: 0, objects: [] };
}

/** Waits until every mask is up to date and on screen. */
export async function settle(page: Page): Promise<State> {
  const text = await page.evaluate(async (mostMs) => {
    const nextFrame = () => new Promise(requestAnimationFrame);
    const start = performance.now();
    while (!globalThis.__sam2js?.isIdle()) {
      if (performance.now() - start > mostMs) return "";
      await nextFrame();
    }
    await nextFrame();
    await nextFrame();
    return JSON.stringify(globalThis.__sam2js.state());
  }, MOST_MS);
  if (!text) throw new TypeError(`masks are not up to date after ${MOST_MS / 1000} s`);
  return JSON.parse(text);
}

/** Pixels inside the mask that a click where the pointer is would give; null while there is none. */
export function previewOf(page: Page): Promise<number | null> {
  return page.evaluate(() => globalThis.__sam2js?.preview() ?? null);
}

/**
 * Pixels inside the mask that a click here would give; null where none comes for a while, as while a frame is not prepared.
 * The pointer comes from outside the photo, so that no preview of another place is taken for this one's.
 */
export async function previewAt(page: Page, x: number, y: number): Promise<number | null> {
  await page.mouse.move(2, 2);
  await page.waitForFunction(() => globalThis.__sam2js?.preview() === null);
  await page.mouse.move(x, y);
  const comes = page.waitForFunction(() => globalThis.__sam2js?.preview() ?? null, null, { timeout: 3000 });
  const shown = await comes.catch(() => null);
  return shown ? shown.jsonValue() : null;
}

/** Tracks, until so many frames of each object are left. */
export async function track(page: Page, left: readonly number[]): Promise<void> {
  await page.getByTestId("track").click();
  const framesLeft = async () => (await videoState(page)).lanes.map(({ missing, old }) => missing + old);
  await expect.poll(framesLeft, { timeout: MOST_MS }).toEqual(left);
  await page.locator('main[data-phase="ready"]').waitFor();
}

/** Waits until what the page changed last is on screen. */
export function nextFrame(page: Page): Promise<unknown> {
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

export interface LaneState {
  readonly present: number;
  readonly hidden: number;
  readonly old: number;
  readonly missing: number;
  readonly prompts: number;
}

/** What the timeline shows. */
export async function videoState(
  page: Page,
): Promise<{ readonly frame: number; readonly frames: number; readonly lanes: readonly LaneState[] }> {
  return page.evaluate(() => ({
    frame: Number(document.querySelector("main")?.dataset.frame),
    frames: Number(document.querySelector('[data-testid="strip"]')?.getAttribute("aria-valuemax")),
    lanes: [...document.querySelectorAll<HTMLElement>('[data-testid="lane"]')].map((lane) => ({
      present: Number(lane.dataset.present),
      hidden: Number(lane.dataset.hidden),
      old: Number(lane.dataset.old),
      missing: Number(lane.dataset.missing),
      prompts: lane.querySelectorAll('[data-testid="lane-prompt"]').length,
    })),
  }));
}
