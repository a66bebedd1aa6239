import { createRequire } from "node:module";
import type Axe from "axe-core";
import type { CDPSession, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { nextFrame, settle, videoState } from "./hooks.js";
import { makeClip } from "./make-clip.js";
import { clickPhoto, openApp, openExample, pictureOfScreen } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** In the page. */
declare const axe: typeof Axe;

interface Screen {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly hasTouch?: boolean;
  readonly isMobile?: boolean;
  readonly deviceScaleFactor?: number;
  /** axe looks behind open dialogs here. */
  readonly isWhole?: boolean;
}

const touch = { hasTouch: true, isMobile: true };
const SCREENS: readonly Screen[] = [
  { name: "small-phone", viewport: { width: 320, height: 640 }, ...touch },
  { name: "phone", viewport: { width: 390, height: 844 }, ...touch, deviceScaleFactor: 2 },
  { name: "phone-on-its-side", viewport: { width: 667, height: 375 }, ...touch },
  { name: "tablet", viewport: { width: 768, height: 1024 }, ...touch },
  { name: "wide", viewport: { width: 2560, height: 1440 } },
  // The last one is the one that is gone on with.
  { name: "desktop", viewport: { width: 1440, height: 900 }, isWhole: true },
];
/** Of the height of every screen, the picture has at least so much: about four tenths. */
const LEAST_PICTURE = 0.38;
/** With every theme after the first only colours change: axe's rules that look at them. */
const ABOUT_COLOURS = ["color-contrast", "link-in-text-block"];
/** One language for each direction of writing. */
const LANGUAGES = ["en", "ar"];

describeInBrowser("every screen, at six sizes, from left to right and from right to left", {}, (stage) => {
  let clip: Buffer;
  beforeAll(async () => {
    const { page, context } = await openApp(stage.browser, `${stage.url}?test&engine=fake`);
    clip = await makeClip(page, { frames: 90, width: 320, height: 180 });
    await context.close();
  });

  it.each(LANGUAGES)(
    "passes axe on six screens in %s, dark and light, with targets for fingers, without sideways scrolling",
    async (language) => {
      const { page, context, complaints } = await openApp(
        stage.browser,
        `${stage.url}?test&engine=fake&lang=${language}`,
        // The page's own policy allows no script from outside; axe is one.
        { bypassCSP: true },
      );
      await page.addScriptTag({ path: AXE });
      const session = await context.newCDPSession(page);
      /** The page becomes every screen, and all these buttons can be pressed there. */
      const onScreens = async (buttons: readonly string[], look?: (screen: Screen) => Promise<void>) => {
        for (const screen of SCREENS) {
          await become(page, session, screen);
          await look?.(screen);
          for (const button of buttons) await page.getByTestId(button).click({ trial: true });
        }
      };
      /** Looks at the page on every screen, where all these buttons can be pressed. */
      const seen = (what: string, ...buttons: readonly string[]) =>
        onScreens(buttons, (screen) => inspect(page, session, `${screen.name}-${language}-${what}`, screen));
      const press = (button: string) => page.getByTestId(button).click();
      // Its words may come after the page has loaded.
      await page.locator(`html[lang^="${language}"]`).waitFor({ state: "attached" });
      await page.getByTestId("example-kitchen").waitFor();
      await seen("start", "example-kitchen");
      await openExample(page);
      await clickPhoto(page, 0.5, 0.6);
      await settle(page);
      await press("new-object");
      await clickPhoto(page, 0.2, 0.4);
      await settle(page);
      await seen("objects", "new-object", "export", "settings", "tool-everything");
      await press("export");
      await page.getByTestId("export-size").waitFor();
      await seen("export", "close-dialog");
      await press("close-dialog");
      await press("settings");
      await seen("settings", "forget", "all-keys", "kept-models");
      await press("forget");
      await seen("question", "answer-no");
      await press("answer-no");
      await press("settings");
      await press("all-keys");
      await seen("keys", "close-dialog");
      await press("close-dialog");
      await press("settings");
      await press("kept-models");
      await seen("models", "close-dialog");
      await press("close-dialog");
      await press("tool-everything");
      await page.locator('[data-testid="found-mask"]').nth(7).waitFor();
      await seen("everything", "close-everything");
      await press("close-everything");
      await page
        .getByTestId("file-input")
        .setInputFiles({ name: "shapes.webm", mimeType: "video/webm", buffer: clip });
      await page.getByTestId("timeline").waitFor();
      await page.locator('main[data-phase="ready"]').waitFor();
      await clickPhoto(page, 0.2, 0.36);
      await settle(page);
      await onScreens(["track"]);
      await press("track");
      await expect.poll(async () => (await videoState(page)).lanes[0]?.missing).toBe(0);
      expect((await videoState(page)).lanes[0]).toMatchObject({ hidden: 16, present: 74 });
      await onScreens(["track-menu", "export", "home"]);
      await press("track-menu");
      await seen("video", "track-menu");
      await press("track-menu");
      await press("export");
      await seen("video-export", "close-dialog");
      await press("close-dialog");
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset.saved)).toBe("true");
      await press("home");
      await page.getByTestId("continue").waitFor();
      await seen("projects", "continue");
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});

/** Makes the page's window another screen, as the browser's own tools for developers do. */
async function become(
  page: Page,
  session: CDPSession,
  { viewport, hasTouch = false, isMobile = false, deviceScaleFactor = 1 }: Screen,
): Promise<void> {
  await session.send("Emulation.setDeviceMetricsOverride", {
    ...viewport,
    deviceScaleFactor,
    mobile: isMobile,
  });
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: hasTouch, maxTouchPoints: 5 });
  const screen = () =>
    page.evaluate(
      ({ width, height }) => ({
        hasSize: matchMedia(`(width: ${width}px) and (height: ${height}px)`).matches,
        hasTouch: matchMedia("(pointer: coarse)").matches,
        deviceScaleFactor: devicePixelRatio,
      }),
      viewport,
    );
  await expect.poll(screen).toEqual({ hasSize: true, hasTouch, deviceScaleFactor });
  // What was pressed on the screen before was scrolled to; axe sees what is half out of sight against the wrong ground.
  await page.evaluate(() => {
    for (const each of document.querySelectorAll("*")) if (each.scrollTop > 0) each.scrollTop = 0;
  });
  await nextFrame(page);
}

async function inspect(
  page: Page,
  session: CDPSession,
  name: string,
  { hasTouch = false, isWhole = false }: Screen,
): Promise<void> {
  for (const [index, theme] of ["dark", "light"].entries()) {
    await page.evaluate((chosen) => {
      document.documentElement.dataset.theme = chosen;
    }, theme);
    await pictureOfScreen(session, `${name}-${theme}`);
    expect.soft(await axeFindings(page, isWhole, index > 0), `${name}, ${theme}`).toEqual([]);
  }
  if (hasTouch) expect.soft(await smallTargets(page), `${name}, targets`).toEqual([]);
  expect.soft(await cutOff(page), `${name}, cut off`).toEqual([]);
  expect.soft(await pictureShare(page), `${name}, picture`).toBeGreaterThan(LEAST_PICTURE);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(beyond, `${name}, sideways`).toBeLessThanOrEqual(0);
}

/**
 * What axe complains of.
 *
 * @param isWhole  also of what lies behind an open dialog, which was looked at before it opened
 * @param isOfColours  of colours alone
 */
function axeFindings(page: Page, isWhole: boolean, isOfColours: boolean): Promise<string[]> {
  return page.evaluate(
    async ([whole, rules]) => {
      const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
      const { violations } = await axe.run((!whole && dialog) || document, {
        resultTypes: ["violations"],
        // For a rule about recorded sound, which is not here.
        preload: false,
        ...(rules && { runOnly: rules }),
      });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
      );
    },
    [isWhole, isOfColours && ABOUT_COLOURS] as const,
  );
}

/** Which part of the screen's height is the stage's, behind whatever dialog is open. */
function pictureShare(page: Page): Promise<number> {
  return page.evaluate(() => (document.querySelector("main")?.clientHeight ?? 0) / innerHeight);
}

/** Buttons that reach beyond the bar that they stand in, or beyond the screen. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".bar > button, .pane-head > button, .context")].flatMap(
      (button) => {
        const around = button.matches(".context") ? document.querySelector(".stage") : button.parentElement;
        const [inner, outer] = [button.getBoundingClientRect(), around?.getBoundingClientRect()];
        if (!outer || inner.width === 0) return [];
        const isInside = inner.left > outer.left - 1 && inner.right < outer.right + 1;
        const isWhole = button.scrollWidth <= button.clientWidth + 1;
        return isInside && isWhole ? [] : [button.dataset.testid ?? button.className];
      },
    ),
  );
}

/** What fingers would miss: controls of less than 44 pixels, up or across. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const within = document.querySelector("dialog[open]") ?? document;
    const controls = within.querySelectorAll<HTMLElement>(
      'button, summary, select, input:not([type="file"]), a[href]:not(.skip-link)',
    );
    return [...controls].flatMap((control) => {
      // A label is pressed as what it names, a row as its button.
      const target = control.closest("label, .row-main") ?? control;
      const box = target.getBoundingClientRect();
      const isSeen = target.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      // A mark along the time is small, and is pressed around it.
      const around = getComputedStyle(control, "::after");
      const isAround = control.matches(".lane-prompt, .wedge");
      const width = isAround ? Number.parseFloat(around.width) : box.width;
      const height = isAround ? Number.parseFloat(around.height) : box.height;
      if (!isSeen || box.width === 0 || (width >= 43.5 && height >= 43.5)) return [];
      const name = control.dataset.testid ?? control.className ?? control.tagName;
      return [`${name} ${Math.round(width)} × ${Math.round(height)}`];
    });
  });
}
