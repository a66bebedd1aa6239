import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { DownloadError, ImageError, InputError, NotFoundError, UnsupportedError } from "@sam2js/core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "./decode-image.js";

/** 3 x 2: red, green, blue over black, grey, white. */
const PIXELS = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 99, 99, 99, 255, 255, 255);
const raw = { raw: { width: 3, height: 2, channels: 3 } } as const;

let folder: string;
let png: Buffer;
let file: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "sam2js-image-"));
  png = await sharp(PIXELS, raw).png().toBuffer();
  file = path.join(folder, "a b.png");
  await writeFile(file, png);
  server = createServer((request, response) => {
    if (request.url === "/gone.png") response.writeHead(404).end();
    else if (request.url === "/broken.png") response.writeHead(500).end();
    else if (request.url === "/huge.png") response.writeHead(200, { "content-length": 2 ** 40 }).write("x");
    else if (request.url === "/slow.png") response.writeHead(200).write("x");
    else response.end(png);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe("sources", () => {
  test.each([
    ["a path", () => file],
    ["a file: URL", () => pathToFileURL(file)],
    ["a file: URL as text", () => pathToFileURL(file).href],
    ["an http URL", () => `${origin}/a.png`],
    ["an http URL object", () => new URL("/a.png", origin)],
    ["a data: URL", () => `data:image/png;base64,${png.toString("base64")}`],
    ["bare base64", () => png.toString("base64")],
    ["bytes", () => new Uint8Array(png)],
    ["a buffer", () => png],
    ["an array buffer", () => new Uint8Array(png).buffer],
    ["a blob", () => new Blob([new Uint8Array(png)])],
    ["pixels", () => ({ data: PIXELS, width: 3, height: 2, channels: 3 }) as const],
  ])("%s", async (_, source) => {
    const image = await decodeImage(source());
    expect(image).toMatchObject({ width: 3, height: 2, channels: 3 });
    expect([...image.data]).toEqual([...PIXELS]);
  });

  test("ImageData, which names no channels, has four", async () => {
    const data = Uint8ClampedArray.of(1, 2, 3, 0, 4, 5, 6, 255);
    expect([...(await decodeImage({ data, width: 2, height: 1 })).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("grey pixels are repeated and their alpha is dropped", async () => {
    const grey = await decodeImage({ data: Uint8Array.of(7, 8), width: 2, height: 1, channels: 1 });
    expect([...grey.data]).toEqual([7, 7, 7, 8, 8, 8]);
    const greyAlpha = await decodeImage({ data: Uint8Array.of(7, 0), width: 1, height: 1, channels: 2 });
    expect([...greyAlpha.data]).toEqual([7, 7, 7]);
  });

  test("a canvas of a library gives its pixels", async () => {
    const canvas = {
      width: 1,
      height: 1,
      getContext: () => ({
        getImageData: () => ({ data: Uint8ClampedArray.of(1, 2, 3, 4), width: 1, height: 1 }),
      }),
    };
    expect([...(await decodeImage(canvas)).data]).toEqual([1, 2, 3]);
  });

  test("an object that only browsers can read is refused", async () => {
    for (const source of [{ width: 3, height: 2 }, undefined as never, null as never]) {
      await expect(decodeImage(source)).rejects.toSatisfy((error) => UnsupportedError.isInstance(error));
    }
  });
});

describe("pixels", () => {
  test("16 bits become 8 by their high byte, as in Pillow", async () => {
    const wide = Uint16Array.of(0x0000, 0x00ff, 0x0100, 0x7fff, 0x80ff, 0xffff);
    const image = await sharp(wide, { raw: { width: 2, height: 1, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    expect((await sharp(image).metadata()).depth).toBe("ushort");
    expect([...(await decodeImage(image)).data]).toEqual([0, 0, 1, 0x7f, 0x80, 0xff]);
  });

  test("alpha is dropped, not blended", async () => {
    const rgba = Uint8Array.of(200, 100, 50, 0, 10, 20, 30, 128);
    const image = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await decodeImage(image)).data]).toEqual([200, 100, 50, 10, 20, 30]);
  });

  test("grey images become RGB", async () => {
    const image = await sharp(Uint8Array.of(0, 77, 255), { raw: { width: 3, height: 1, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    expect([...(await decodeImage(image)).data]).toEqual([0, 0, 0, 77, 77, 77, 255, 255, 255]);
  });

  test.each([
    [1, "255,0,0;0,255,0;0,0,255;0,0,0;99,99,99;255,255,255", 3],
    [3, "255,255,255;99,99,99;0,0,0;0,0,255;0,255,0;255,0,0", 3],
    [6, "0,0,0;255,0,0;99,99,99;0,255,0;255,255,255;0,0,255", 2],
    [8, "0,0,255;255,255,255;0,255,0;99,99,99;255,0,0;0,0,0", 2],
  ])("EXIF orientation %i is applied", async (orientation, expected, width) => {
    const image = await sharp(PIXELS, raw).withMetadata({ orientation }).png().toBuffer();
    const upright = await decodeImage(image);
    expect(upright.width).toBe(width);
    expect([...upright.data].join(",")).toBe(expected.replaceAll(";", ","));
  });

  test("a colour profile is ignored", async () => {
    const image = await sharp(PIXELS, raw).withIccProfile("p3").png().toBuffer();
    const bare = await sharp(image, { ignoreIcc: true }).raw().toBuffer();
    expect((await sharp(image).metadata()).icc).toBeDefined();
    expect([...(await decodeImage(image)).data]).toEqual([...bare]);
  });

  test("print colours become what Pillow makes of them", async () => {
    const fixtures = new URL("./__fixtures__/", import.meta.url);
    const { rgb } = JSON.parse(await readFile(new URL("images.json", fixtures), "utf8"));
    const { data } = await decodeImage(new URL("cmyk.jpg", fixtures));
    // Flat colours leave JPEG decoders no room to differ by more than a rounding.
    const expected: readonly number[] = rgb["cmyk.jpg"];
    expect(data.length).toBe(expected.length);
    expected.forEach((value, i) => {
      expect(Math.abs((data[i] as number) - value)).toBeLessThanOrEqual(1);
    });
  });

  test("of an animation the first frame counts", async () => {
    const frames = Buffer.concat([Buffer.alloc(12, 200), Buffer.alloc(12, 30)]);
    const image = await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
      .gif({ delay: [100, 100] })
      .toBuffer();
    expect((await sharp(image).metadata()).pages).toBe(2);
    const first = await decodeImage(image);
    expect(first).toMatchObject({ width: 2, height: 2 });
    expect([...first.data]).toEqual(Array(12).fill(200));
  });
});

describe("what cannot be decoded", () => {
  const rejectsAs = (work: Promise<unknown>, type: { isInstance(error: unknown): boolean }) =>
    expect(work).rejects.toSatisfy((error) => type.isInstance(error));

  test("a text file named .jpg", async () => {
    const text = path.join(folder, "text.jpg");
    await writeFile(text, "not a picture");
    await rejectsAs(decodeImage(text), ImageError);
    await expect(decodeImage(text)).rejects.toThrow(/text\.jpg/);
  });

  test("an empty file, a truncated file, a drawing program", async () => {
    const noise = Buffer.from(Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 7919) % 251));
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    for (const bytes of [Buffer.alloc(0), whole.subarray(0, whole.length / 2), png.subarray(0, -20), svg]) {
      await rejectsAs(decodeImage(bytes), ImageError);
    }
  });

  test("a file of more than 512 MiB, before it is read", async () => {
    const large = path.join(folder, "large.png");
    await writeFile(large, png);
    await truncate(large, 2 ** 29 + 1);
    await expect(decodeImage(large)).rejects.toThrow(/large\.png: expected an image file of at most/);
  });

  test.skipIf(process.platform === "win32")(
    "a device without end, and a pipe that nobody writes to",
    async () => {
      await expect(decodeImage("/dev/zero")).rejects.toThrow(
        /zero: expected .* got bytes of no known format/,
      );
      const pipe = path.join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const controller = new AbortController();
      const waiting = decodeImage(pipe, { signal: controller.signal });
      setTimeout(() => controller.abort("enough"), 50);
      await expect(waiting).rejects.toBe("enough");
      const read = decodeImage(pipe);
      await writeFile(pipe, png);
      expect((await read).width).toBe(3);
    },
  );

  test("a path where no file is", async () => {
    await rejectsAs(decodeImage(path.join(folder, "nope.png")), NotFoundError);
    await rejectsAs(decodeImage(`${origin}/gone.png`), NotFoundError);
    await rejectsAs(decodeImage(folder), ImageError);
    await rejectsAs(decodeImage("A".repeat(100_000)), NotFoundError);
    await rejectsAs(decodeImage("a\0b.png"), NotFoundError);
  });

  test("a URL that is malformed, or tells a secret", async () => {
    await rejectsAs(decodeImage("file:///a%zz.png"), InputError);
    await rejectsAs(decodeImage("http://"), InputError);
    await rejectsAs(decodeImage("data:image/png"), ImageError);
    for (const url of [
      `${origin}/gone.png?sig=secret`,
      "http://127.0.0.1:1/a.png?sig=secret",
      "http://me:secret@host/a.png",
    ]) {
      const error = await decodeImage(url).catch((caught) => caught);
      expect(inspect(error)).not.toContain("secret");
    }
  });

  test("a server that fails, promises too much, or is not there", async () => {
    await rejectsAs(decodeImage(`${origin}/broken.png`), DownloadError);
    await rejectsAs(decodeImage(`${origin}/huge.png`), ImageError);
    await rejectsAs(decodeImage("http://127.0.0.1:1/a.png"), DownloadError);
  });

  test("pixels that do not fit their size", async () => {
    await rejectsAs(decodeImage({ data: PIXELS, width: 3, height: 2 }), ImageError);
  });

  test("an aborted call", async () => {
    const reason = new RangeError("enough");
    await expect(decodeImage(png, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const slow = decodeImage(`${origin}/slow.png`, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(slow).rejects.toBe(reason);
  });
});
