import { createRequire } from "node:module";
import { Mask, type MaskJson, rleIou } from "@sam2js/masks";
import { findWindowlessChromium, NO_CHROMIUM, QUIET } from "@sam2js/testing/chromium";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { nodeMasks } from "./__tests__/node-mask.js";
import { startSite } from "./__tests__/site.js";
import type { MaskDetail } from "./mask-detail.js";
import type { SegmentAnythingElement } from "./segment-anything-element.js";

declare const picture: SegmentAnythingElement;

const CHROMIUM = findWindowlessChromium();
const TRUCK = `<segment-anything id="picture" src="/images/truck.jpg" alt="A truck"></segment-anything>`;
const PAGES = {
  "/": TRUCK,
  "/form": `<form id="form"><label for="picture">The truck</label> ${TRUCK.replace(' alt="A truck"', ' name="mask" required')}</form>`,
  "/url": TRUCK.replace("src", 'model="/model/" src'),
  "/none": `<segment-anything id="picture" src="/images/none.jpg"></segment-anything>`,
  "/empty": `<segment-anything id="picture"></segment-anything>`,
};
/** On the rear wheel, in pixels of the picture. */
const WHEEL = [1430, 735] as const;
const BOX = [1240, 560, 1640, 860] as const;

if (!CHROMIUM) {
  test(`the element in a browser is not run: ${NO_CHROMIUM}`, ({ skip }) => {
    expect(process.env.CI, "CI must have a browser").toBeUndefined();
    skip();
  });
}

describe.runIf(CHROMIUM)("<segment-anything> in Chromium", { timeout: 900_000 }, () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof startSite>>;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    site = await startSite(PAGES);
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: [...QUIET] });
  });
  afterEach(() => page?.close());
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const open = async (path: string, until: "ready" | "error" | "nothing" = "ready") => {
    page = await browser.newPage({ viewport: { width: 900, height: 900 } });
    // On a slow machine beside other work.
    page.setDefaultTimeout(180_000);
    problems.length = 0;
    page.on("pageerror", (error) => problems.push(`${error}`));
    // From the first moment: events do not wait for those who listen late.
    await page.addInitScript(() => {
      const told = Object.assign(globalThis, { told: [] as [string, unknown][] }).told;
      for (const type of ["mask", "ready", "progress", "error", "change"])
        document.addEventListener(type, ({ detail }: CustomEventInit) => told.push([type, detail]), true);
    });
    await page.goto(site.origin + path);
    if (until !== "nothing") await told(until);
  };
  const told = (type: string, count = 1) =>
    page.waitForFunction(
      ([name, least]) => {
        const { told } = globalThis as unknown as { told: [string, unknown][] };
        return told.filter(([each]) => each === name).length >= Number(least);
      },
      [type, count] as const,
    );
  /** A place of the picture on the screen. */
  const place = (x: number, y: number) =>
    page.evaluate(
      ([left, top]) => {
        const canvas = picture.shadowRoot?.querySelector("canvas") as HTMLCanvasElement;
        const rect = canvas.getBoundingClientRect();
        return [
          rect.x + (left * rect.width) / canvas.width,
          rect.y + (top * rect.height) / canvas.height,
        ] as const;
      },
      [x, y] as const,
    );
  const click = async ([x, y]: readonly [number, number], options?: { button?: "right" }) =>
    page.mouse.click(...(await place(x, y)), options);
  const value = async () => Mask.fromJSON(JSON.parse(await page.evaluate(() => picture.value)) as MaskJson);
  const prompt = () => page.evaluate(() => picture.prompt);

  test("a click, a box and a point outside give the masks of the Node runtime; undo and clear go back", async () => {
    await open("/");
    await click(WHEEL);
    await told("mask");
    const first = await value();
    const asked = [await prompt()];
    expect(asked[0]?.points[0]?.[0]).toBeCloseTo(WHEEL[0], -1);

    const [left, top] = await place(BOX[0], BOX[1]);
    const [right, bottom] = await place(BOX[2], BOX[3]);
    await page.mouse.move(right, bottom);
    await page.mouse.down();
    await page.mouse.move(left, top, { steps: 3 });
    await page.mouse.up();
    await told("mask", 2);
    const second = await value();
    asked.push(await prompt());
    expect(asked[1]?.box?.map(Math.round)).toEqual(BOX.map((at) => expect.closeTo(at, -1)));

    await click([1430, 580], { button: "right" });
    await told("mask", 3);
    await page.keyboard.down("Alt");
    await click([1600, 600]);
    await page.keyboard.up("Alt");
    await told("mask", 4);
    const fourth = await value();
    asked.push(await prompt());
    expect(asked[2]?.labels).toEqual([1, 0, 0]);

    // Decoders of JPEG differ by a bit here and there, so that single pixels of a border may.
    const expected = await nodeMasks("truck.jpg", asked);
    for (const [index, mask] of [first, second, fourth].entries()) {
      expect(rleIou(mask, expected[index] as Mask), `mask ${index}`).toBeGreaterThan(0.998);
      expect(mask.score).toBeCloseTo(expected[index]?.score as number, 2);
    }

    await page.evaluate(() => picture.clear());
    await told("mask", 5);
    expect(await page.evaluate(() => [picture.value, picture.mask])).toEqual(["", undefined]);
    await page.evaluate(() => picture.undo());
    await told("mask", 6);
    expect((await value()).counts).toEqual(fourth.counts);
    expect(problems).toEqual([]);
  });

  test("the event brings run lengths, polygons and score, and change bubbles", async () => {
    await open("/");
    await page.evaluate(() => picture.segment({ points: [[1430, 735]] }));
    const { types, details } = await page.evaluate(() => {
      const { told } = globalThis as unknown as { told: [string, MaskDetail][] };
      const details = told
        .filter(([type]) => type === "mask")
        .map(([, { mask, score, polygons }]) => ({
          counts: [...(mask?.counts ?? [])],
          score,
          polygons,
        }));
      return { types: told.map(([type]) => type), details };
    });
    expect(types.filter((type) => type !== "progress")).toEqual(["ready", "mask", "change"]);
    const mask = await value();
    expect(details[0]?.counts).toEqual([...mask.counts]);
    expect(details[0]?.score).toBeCloseTo(mask.score as number, 6);
    expect(details[0]?.polygons[0]?.outer.length).toBeGreaterThan(8);
  });

  test("all of it works by keyboard", async () => {
    await open("/");
    await page.keyboard.press("Tab");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await told("mask");
    // From the middle of 1800 x 1200: three steps of 10 % and one of 1 % of 1800.
    expect(await prompt()).toEqual({ points: [[1440, 618]], labels: [1] });
    await page.keyboard.press("-");
    await told("mask", 2);
    expect((await prompt()).labels).toEqual([1, 0]);
    await page.keyboard.press("Backspace");
    await page.keyboard.press("b");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("b");
    expect((await prompt()).box).toEqual([1260, 438, 1440, 618]);
    await page.keyboard.press("Delete");
    expect((await prompt()).points).toEqual([]);
    await page.keyboard.press("Control+z");
    expect((await prompt()).points).toHaveLength(1);
  });

  test("it is a form control with a name, a value, a label and a state", async () => {
    await open("/form");
    const facts = () =>
      page.evaluate(() => {
        const form = document.querySelector("form") as HTMLFormElement;
        return {
          isValid: form.checkValidity(),
          sent: new FormData(form).get("mask"),
          form: picture.form?.id,
        };
      });
    expect(await facts()).toEqual({ isValid: false, sent: null, form: "form" });
    await click(WHEEL);
    await told("mask");
    expect(await facts()).toEqual({
      isValid: true,
      sent: await page.evaluate(() => picture.value),
      form: "form",
    });
    await page.evaluate(() => document.querySelector("form")?.reset());
    expect((await facts()).isValid).toBe(false);
    await page.evaluate(() => {
      picture.disabled = true;
    });
    await click(WHEEL);
    expect((await prompt()).points).toEqual([]);
    expect(await page.locator("segment-anything >> [role=application]").getAttribute("aria-label")).toBe(
      "The truck",
    );
  });

  test("a cut-out has the size of the mask's box, and is transparent outside the mask", async () => {
    await open("/");
    await page.evaluate(() => picture.segment({ points: [[1430, 735]] }));
    const { area, box } = await value();
    const cut = await page.evaluate(async () => {
      const canvas = picture.toCanvas();
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const { type, size } = await picture.toBlob({ type: "image/webp", padding: 4 });
      return {
        size: [canvas.width, canvas.height],
        opaque: data.filter((byte, i) => i % 4 === 3 && byte === 255).length,
        type,
        bytes: size,
      };
    });
    expect(cut).toMatchObject({
      size: [box[2] - box[0] + 1, box[3] - box[1] + 1],
      opaque: area,
      type: "image/webp",
    });
    expect(cut.bytes).toBeGreaterThan(100);
  });

  test("a picture comes by property too, and another one begins anew", async () => {
    await open("/empty", "nothing");
    const message = await page.evaluate(() =>
      picture.segment({ points: [[1, 1]] }).catch((error) => error.code),
    );
    expect(message).toBe("INVALID_INPUT");
    await page.evaluate(async () => {
      picture.image = await (await fetch("/images/groceries.jpg")).blob();
    });
    await told("ready");
    await page.evaluate(() => picture.segment({ box: [450, 170, 520, 350] }));
    expect((await value()).size).toEqual([534, 800]);
    await page.evaluate(() => {
      picture.image = new ImageData(320, 200);
    });
    await told("ready", 2);
    expect(await page.evaluate(() => [picture.value, picture.prompt.box])).toEqual(["", undefined]);
  });

  test("the model attribute takes an address, and a click before it is loaded is answered", async () => {
    await open("/url", "nothing");
    await page.locator("segment-anything >> canvas:visible").waitFor();
    // Chromium drops clicks on a page that it has not painted yet: then there is no point.
    const clickOnce = async () => {
      if ((await prompt()).points.length === 0) await click(WHEEL);
      return (await prompt()).points.length;
    };
    await expect.poll(clickOnce).toBe(1);
    await told("mask");
    expect((await value()).area).toBeGreaterThan(1000);
  });

  test("what goes wrong is an error event of one line", async () => {
    await open("/none", "error");
    const [error] = await page.evaluate(() => {
      const { told } = globalThis as unknown as { told: [string, { code: string; message: string }][] };
      return told.flatMap(([type, { code, message }]) => (type === "error" ? [{ code, message }] : []));
    });
    expect(error).toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("none.jpg") });
    expect(await page.locator("segment-anything >> [part=status]").textContent()).toBe(error?.message);
  });

  test("an element that moves keeps its picture, one that is removed ends its workers", async () => {
    await open("/");
    await page.evaluate(() => picture.segment({ points: [[1430, 735]] }));
    await page.evaluate(() => document.querySelector("main")?.prepend(picture));
    expect((await value()).area).toBeGreaterThan(1000);
    expect(page.workers().length).toBeGreaterThan(0);
    await page.evaluate(() => picture.remove());
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test("axe finds nothing, with a mask and without one", async () => {
    await open("/form");
    // As a function body: the page's policy allows no inline script.
    const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
    const check = async () => {
      const session = await page.context().newCDPSession(page);
      const { readFile } = await import("node:fs/promises");
      await session.send("Runtime.evaluate", { expression: await readFile(axe, "utf8") });
      return page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string }[] }> };
        };
        return (await axe.run()).violations.map(({ id }) => id);
      });
    };
    expect(await check()).toEqual([]);
    await click(WHEEL);
    await told("mask");
    expect(await check()).toEqual([]);
  });
});
