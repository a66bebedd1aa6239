/** Fewer pixels than this part of the mask may differ: decoders of JPEG round differently, so that single pixels of a border may change sides. */
const MAX_DIFFERENCE = 0.002;
/** So long something may take to happen, on a slow machine beside other work. */
export const PATIENCE_MS = 180_000;

/**
 * Uses a page as a reader does: opens a photo, clicks once, and compares what is painted, or the value of the element, with a mask.
 *
 * @returns what is wrong
 */
export async function drivePage(browser, url, { photo, click: [x, y], expected }) {
  const complaints = [];
  // Wide enough for the photo, so that a click on the screen is one on the pixel.
  const page = await browser.newPage({ viewport: { width: 1900, height: 1400 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const says = (text) => page.locator("#status", { hasText: text }).waitFor();
  listen(page, url, complaints);
  try {
    await page.goto(url);
    await says(/^Choose a photo\.$/);
    await page.setInputFiles("#file", photo);
    await says(/^Click on something\.$/);
    if (!(await page.evaluate(() => crossOriginIsolated))) complaints.push("is not cross-origin isolated");
    await page.evaluate(keepPixels);
    const { left, top } = await page.evaluate(placeOfCanvas);
    await page.mouse.click(left + x, top + y);
    await says(/^Score [01]\.\d\d$/);
    const { difference, area } = await page.evaluate(compare, expected);
    if (!(difference <= MAX_DIFFERENCE * area))
      complaints.push(`${difference} of ${area} pixels differ from the mask of Node`);
    const score = Number((await page.locator("#status").textContent()).slice(6));
    if (Math.abs(score - expected.score) > 0.006)
      complaints.push(`score ${score}, that of Node is ${expected.score}`);
  } catch (error) {
    const shown = await page.evaluate(() => document.body?.innerText).catch(() => undefined);
    complaints.push(`${error.message}\nThe page says: ${shown}`);
  } finally {
    await page.close();
  }
  return complaints;
}

/** Complains of every error in the page and of every request that leaves its origin. */
export function listen(page, url, complaints) {
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!["blob:", "data:"].includes(protocol) && origin !== new URL(url).origin)
      complaints.push(`asked for ${request.url()}, which is not its own`);
  });
}

/** In the page: remembers what a canvas shows. */
function keepPixels() {
  const canvas = document.querySelector("canvas");
  globalThis.kept = canvas?.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
}

/** In the page: where the photo begins on the screen. */
function placeOfCanvas() {
  const element = document.querySelector("segment-anything");
  const canvas = (element?.shadowRoot ?? document).querySelector("canvas");
  const { left, top } = canvas.getBoundingClientRect();
  return { left, top };
}

/** In the page: how many pixels are in one mask only, the painted one (or the element's) or the given one, and how many in the given one. */
function compare({ size: [height, width], counts }) {
  const bitmapOf = (runs) => {
    const bitmap = new Uint8Array(width * height);
    let at = 0;
    for (const [index, length] of runs.entries()) {
      for (const end = at + length; at < end; at++)
        bitmap[(at % height) * width + Math.floor(at / height)] = index % 2;
    }
    return bitmap;
  };
  const expected = bitmapOf(counts);
  const element = document.querySelector("segment-anything");
  let got;
  if (element) got = bitmapOf(element.mask.counts);
  else {
    const { data } = document.querySelector("canvas").getContext("2d").getImageData(0, 0, width, height);
    got = expected.map((_, i) =>
      Number([0, 1, 2].some((channel) => data[4 * i + channel] !== globalThis.kept[4 * i + channel])),
    );
  }
  let difference = 0;
  let area = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += got[i] === expected[i] ? 0 : 1;
    area += expected[i];
  }
  return { difference, area };
}
