import { fileURLToPath } from "node:url";
import { createNodeRuntime } from "@sam2js/runtime-node";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, launch } from "../__tests__/chromium.js";
// Six squares of 16 pixels, with every orientation that EXIF has: written by Pillow 12 (`Image.save(…, exif=…)`).
import FILES from "./__fixtures__/orientations.json" with { type: "json" };
import type { openBitmap } from "./open-bitmap.js";

declare const shown: { openBitmap: typeof openBitmap };

describe.runIf(CHROMIUM)("openBitmap in Chromium", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("./open-bitmap.ts", import.meta.url))],
      bundle: true,
      format: "iife",
      globalName: "shown",
      platform: "browser",
      conditions: ["@sam2js/source"],
      write: false,
    });
    browser = await launch();
    page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0]?.text as string });
  });
  afterAll(() => browser?.close());

  test.each(Object.entries(FILES))(
    "%s is shown upright, with the pixels that Node reads",
    async (_, base64) => {
      const wanted = await createNodeRuntime().decodeImage(Buffer.from(base64, "base64"));
      const { width, height, data } = await page.evaluate(show, base64);
      expect([width, height]).toEqual([wanted.width, wanted.height]);
      // JPEG decoders may differ by a rounding.
      const far = data.filter((value, i) => Math.abs(value - (wanted.data[i] as number)) > 3);
      expect(far).toEqual([]);
    },
  );

  test("what is no picture is refused in one line", async () => {
    const message = await page.evaluate(() =>
      shown.openBitmap(new Blob(["%PDF-1.7"])).then(String, (error: Error) => error.message),
    );
    expect(message).toMatch(/PDF/);
    expect(message).not.toContain("\n");
  });
});

/** RGB of a file as it is shown. Runs in the page. */
async function show(base64: string): Promise<{ width: number; height: number; data: number[] }> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const bitmap = await shown.openBitmap(new Blob([bytes]));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  const data = [...context.getImageData(0, 0, width, height).data].filter((_, i) => i % 4 !== 3);
  return { width, height, data };
}
