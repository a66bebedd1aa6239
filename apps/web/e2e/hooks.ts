import type { Page } from "playwright-core";
import type { TestHooks } from "../src/testing/hooks.js";

type State = ReturnType<TestHooks["state"]>;

declare global {
  var __sam2js: TestHooks | undefined;
}

/** What the page shows now. */
export async function stateOf(page: Page): Promise<State> {
  const state = await page.evaluate(() => globalThis.__sam2js?.state());
  return state ?? { photos: 0, preview: null, objects: [] };
}

/** Waits until every mask is up to date. */
export async function settle(page: Page): Promise<State> {
  await page.waitForFunction(() => globalThis.__sam2js?.isIdle(), undefined, { timeout: 180_000 });
  await nextFrame(page);
  return stateOf(page);
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
