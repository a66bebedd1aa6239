import { encodePng } from "@sam2js/runtime-web";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { download } from "./download.js";
import { settle, stateOf } from "./hooks.js";
import { clickPhoto, waitForPhase } from "./site.js";
import { describeInBrowser } from "./with-app.js";

const [WIDTH, HEIGHT] = [160, 96];
/** Opaque, then half transparent, then nothing at all. */
const opacity = (x: number) => (x < 70 ? 255 : x < 110 ? 128 : 0);

describeInBrowser("cut-outs, with discs for masks", { query: "?test&engine=fake" }, (stage) => {
  let page: Page;
  beforeAll(async () => {
    page = stage.page;
    const data = new Uint8Array(4 * WIDTH * HEIGHT).map((_, i) => {
      const [x, y] = [(i >> 2) % WIDTH, Math.floor((i >> 2) / WIDTH)];
      return [x, 2 * y, 100, opacity(x)][i % 4] ?? 0;
    });
    const png = await encodePng({ data, width: WIDTH, height: HEIGHT, channels: 4 });
    await page
      .getByTestId("file-input")
      .setInputFiles({ name: "scene.png", mimeType: "image/png", buffer: Buffer.from(png) });
    await waitForPhase(page, "ready");
  });
  afterAll(() => expect(stage.opened.complaints).toEqual([]));

  /** The file under the button once it has this name: its pixels, RGBA. */
  async function downloaded(name: string) {
    await page.getByTestId("download").filter({ hasText: name }).waitFor();
    const file = await download(page);
    expect(file.name).toBe(name);
    return page.evaluate(async (read) => {
      const bytes = Uint8Array.from(atob(read), (sign) => sign.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, bitmap.width, bitmap.height);
      return { width: bitmap.width, height: bitmap.height, data: [...(pixels?.data ?? [])] };
    }, file.bytes.toString("base64"));
  }

  /** 1 inside any of the objects, row by row. */
  async function union(): Promise<Uint8Array> {
    const bits = new Uint8Array(WIDTH * HEIGHT);
    for (const { counts } of (await settle(page)).objects) {
      const columns = (counts ?? []).flatMap((length, i) => new Array<number>(length).fill(i % 2));
      for (const [at, bit] of columns.entries())
        if (bit) bits[(at % HEIGHT) * WIDTH + Math.floor(at / HEIGHT)] = 1;
    }
    return bits;
  }

  it("of all chosen objects are one picture, with the photo's own transparency", async () => {
    await clickPhoto(page, 0.3, 0.5);
    await settle(page);
    await clickPhoto(page, 0.6, 0.5, { modifiers: ["Shift"] });
    const bits = await union();
    await page.keyboard.press("Control+a");
    await page.getByTestId("export").click();
    await page.getByTestId("format-cutout").click();
    await page.getByTestId("scope-object").click();
    await page.getByTestId("soft-edge").fill("0");
    await page.getByTestId("crop").uncheck();
    await page.getByTestId("cut-out-together").click();
    const { width, height, data } = await downloaded("scene-cutout.png");
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    const wanted = Array.from(bits, (bit, i) => bit * opacity(i % WIDTH));
    expect(data.filter((_, i) => i % 4 === 3)).toEqual(wanted);
    const wrong = wanted.filter(
      (alpha, i) =>
        alpha === 255 && (data[4 * i] !== i % WIDTH || data[4 * i + 1] !== 2 * Math.floor(i / WIDTH)),
    );
    expect(wrong).toEqual([]);
  });

  it("are white behind as JPEG, which the dialog says", async () => {
    await page.getByTestId("file-jpeg").click();
    await page.getByTestId("jpeg-note").waitFor();
    const { data } = await downloaded("scene-cutout.jpg");
    expect(data.slice(0, 4).map((value) => value >= 250)).toEqual([true, true, true, true]);
    expect(data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  });

  it("are on a colour as WebP", async () => {
    await page.getByTestId("ground-colour").click();
    await page.getByTestId("ground-colour-choice").fill("#0000ff");
    await page.getByTestId("file-webp").click();
    const { data } = await downloaded("scene-cutout.webp");
    const [red = 0, green = 0, blue = 0, alpha] = data;
    expect([red < 12, green < 12, blue > 243, alpha]).toEqual([true, true, true, 255]);
    await page.getByTestId("close-dialog").click();
  });

  it("of the main subject take no click, and one undo takes it back", async () => {
    await page.getByTestId("subject").click();
    await expect.poll(async () => (await stateOf(page)).objects.length).toBe(3);
    const [, , subject] = (await settle(page)).objects;
    expect(subject).toMatchObject({ points: 0 });
    await clickPhoto(page, 0.5, 0.4);
    await expect
      .poll(async () => (await settle(page)).objects.map(({ points }) => points))
      .toEqual([1, 1, 1]);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await expect.poll(async () => (await stateOf(page)).objects.length).toBe(2);
  });
});
