import { setTimeout as sleep } from "node:timers/promises";
import { deflateSync } from "node:zlib";
import { ImageError, PNG_SIGNATURE, pngChunk } from "@sam2js/core";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "./decode-image.js";
import { rgbOfCmyk } from "./rgb-of-cmyk.js";

/** A grey PNG of about 2 kB that claims a size. Its pixels are 2,000,000 zeros, cut off or left over. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits; colour type 0, grey
  const data = deflateSync(new Uint8Array(2_000_000));
  return Buffer.concat([
    Uint8Array.from(PNG_SIGNATURE),
    pngChunk("IHDR", header),
    pngChunk("IDAT", data),
    pngChunk("IEND", data.subarray(0, 0)),
  ]);
}

/** A whole picture of one colour. */
function plain(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: "#204060" }, limitInputPixels: false });
}

let jpeg: Buffer;
beforeAll(async () => {
  jpeg = await plain(64, 64).jpeg({ progressive: true }).toBuffer();
});

/** A progressive JPEG that claims a size, of which it has the first 64 x 64 pixels. */
function claimingJpeg(width: number, height: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc2)); // SOF2: length, bits, height, width
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** Whether a timer had its turn while work went on. */
async function letsTimersFire(work: Promise<unknown>): Promise<boolean> {
  let hasFired = false;
  const timer = sleep(1).then(() => {
    hasFired = true;
  });
  await work;
  const result = hasFired;
  await timer;
  return result;
}

describe("pictures of extreme shape", () => {
  test.each([
    [1, 65_535],
    [65_535, 1],
    [1, 1],
    [6000, 4000],
  ])("%i x %i pixels are decoded", async (width, height) => {
    const side = (pixels: number) => Math.min(pixels, 65_500); // the most that JPEG's writer takes
    const files = [plain(width, height).png(), plain(side(width), side(height)).jpeg({ progressive: true })];
    for (const file of files) {
      const bytes = await file.toBuffer();
      const image = await decodeImage(bytes);
      const isJpeg = bytes[0] === 0xff;
      const size = isJpeg ? { width: side(width), height: side(height) } : { width, height };
      expect(image).toMatchObject({ ...size, channels: 3 });
      expect(image.data.length).toBe(3 * size.width * size.height);
      expect(Math.abs((image.data.at(-1) as number) - 0x60)).toBeLessThanOrEqual(2); // JPEG rounds
    }
  });

  // Sizes that only a few bytes claim are refused by what the header says: the decoder would ask for 1 to 13 GB.
  test.each([
    ["a PNG of 30000 x 30000", () => png(30_000, 30_000), /30000 x 30000/],
    ["a PNG of 1 x 65537", () => png(1, 65_537), /1 x 65537/],
    ["a PNG of 2^31 - 1 a side", () => png(2 ** 31 - 1, 2 ** 31 - 1), /PNG|2147483647/],
    ["a PNG of nothing", () => png(0, 5), /PNG/],
    ["a progressive JPEG of 65500 x 65500", () => claimingJpeg(65_500, 65_500), /65500 x 65500/],
    ["a PNG of 20000 x 2000 with 1/20 of its pixels", () => png(20_000, 2000), /cut off/],
    ["half a progressive JPEG", () => jpeg.subarray(0, jpeg.length / 2), /cut off/],
  ])("%s is an ImageError that says so", async (_, bytes, message) => {
    const error = await decodeImage(bytes()).catch((caught) => caught);
    expect(ImageError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(message);
  });

  test("decoding a large one leaves the thread to others", async () => {
    const file = await plain(5000, 5000).png().toBuffer();
    expect(await letsTimersFire(decodeImage(file))).toBe(true);
    expect(await letsTimersFire(decodeImage(file, { alpha: "white" }))).toBe(true);
    expect(await letsTimersFire(rgbOfCmyk(new Uint8Array(4 * 20_000_000)))).toBe(true);
  });
});
