import { ImageError, NotFoundError } from "../../errors/errors.js";
import type { DecodeOptions, ImageSource, PixelImage, RgbImage } from "../../images/image.js";
import type { Runtime } from "../../runtime/runtime.js";
import * as fixtures from "../fixtures/images.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { expectFailure, expectThat, expectValues, failure, fromBase64 } from "./expect.js";

async function decode(
  runtime: Runtime,
  source: ImageSource,
  size: string,
  options?: DecodeOptions,
): Promise<RgbImage> {
  const image = await runtime.decodeImage(source, options);
  expectThat(image.channels === 3, `expected RGB, got ${image.channels} channels`);
  expectThat(
    `${image.width}x${image.height}` === size,
    `expected ${size}, got ${image.width}x${image.height}`,
  );
  return image;
}

const decodes = (what: string, file: string, size: string, rgb: readonly number[], tolerance = 0) =>
  caseOf(`image: ${what}`, ["images"], async (runtime) => {
    const { data } = await decode(runtime, fromBase64(file), size);
    expectValues(data, rgb, "the pixels", tolerance);
  });

const blends = (what: string, source: string | PixelImage, size: string, rgb: readonly number[]) =>
  caseOf(`image: ${what} with alpha is blended with white`, ["images"], async (runtime) => {
    const image = typeof source === "string" ? fromBase64(source) : source;
    expectValues((await decode(runtime, image, size, { alpha: "white" })).data, rgb, "the pixels");
  });

const text = (content: string) => new TextEncoder().encode(content);

const UNREADABLE: readonly (readonly [kind: string, bytes: Uint8Array])[] = [
  ["HEIC", text("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
  ["BMP", text("BM\0\0\0\0\0\0\0\0")],
  ["SVG", text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ["PDF", text("%PDF-1.7")],
  ["web page", text("<!doctype html><title>Not found</title>")],
  ["video", text("\0\0\0\x18ftypisom\0\0\0\0isomavc1")],
  ["text", text("This is a text file that somebody called photo.jpg.\n")],
  ["empty", new Uint8Array(0)],
  ["damaged", fromBase64(fixtures.rgbPng).subarray(0, -20)],
  ["damaged", fromBase64(fixtures.orientedWebps[0]?.file ?? "").subarray(0, -60)],
];

const grey = (...values: number[]) => values.flatMap((value) => [value, value, value]);

/** Decoding of image files and pixels. */
export const imageCases: readonly ConformanceCase[] = [
  decodes("grey becomes RGB", fixtures.greyPng, "3x2", grey(0, 100, 200, 255, 50, 1)),
  decodes("RGB stays as it is", fixtures.rgbPng, "2x1", [255, 0, 10, 1, 2, 3]),
  decodes("alpha is dropped, not blended", fixtures.rgbaPng, "2x1", [200, 100, 50, 10, 20, 30]),
  decodes("alpha of grey is dropped too", fixtures.greyAlphaPng, "2x1", grey(90, 180)),
  // One level of tolerance: decoders scale 16 to 8 bit by the high byte or by rounding.
  decodes("16 bit is scaled to 8", fixtures.deepPng, "2x1", [0, 0x80, 0xff, 0x12, 0xab, 0x01], 1),
  decodes("16-bit grey is scaled to 8", fixtures.deepGreyPng, "2x1", grey(0x40, 0xc0), 1),
  decodes(
    "palette indices become their colours",
    fixtures.palettePng,
    "3x1",
    [9, 8, 7, 255, 0, 0, 0, 255, 0],
  ),

  caseOf("image: EXIF orientation is applied", ["images"], async (runtime) => {
    const { data } = await decode(runtime, fromBase64(fixtures.orientedJpeg), "16x32");
    const at = (x: number, y: number) => Array.from(data.slice(3 * (16 * y + x), 3 * (16 * y + x) + 3));
    // JPEG is lossy: a tolerance of 8 levels, away from the border of the colours.
    for (const x of [0, 15]) {
      expectValues(at(x, 2), [255, 0, 0], `the top at x = ${x}`, 8);
      expectValues(at(x, 29), [0, 0, 255], `the bottom at x = ${x}`, 8);
    }
  }),

  ...(
    [
      ["PNG", fixtures.orientedPngs],
      ["WebP", fixtures.orientedWebps],
    ] as const
  ).flatMap(([format, files]) =>
    files.map(({ file, size, rgb }, index) =>
      caseOf(`image: EXIF orientation ${index + 1} is applied in ${format}`, ["images"], async (runtime) => {
        expectValues((await decode(runtime, fromBase64(file), size)).data, rgb, "the pixels");
      }),
    ),
  ),

  caseOf("image: AVIF is turned as it says", ["images"], async (runtime) => {
    const { data } = await decode(runtime, fromBase64(fixtures.orientedAvif), "16x32");
    expectValues(data.slice(0, 3), [255, 0, 0], "the top", 8);
    expectValues(data.slice(-3), [0, 0, 255], "the bottom", 8);
  }),

  // What transformers 5.23.0 makes of them: image_transforms.convert_to_rgb.
  blends("RGBA", fixtures.rgbaPng, "2x1", [227, 177, 152, 255, 255, 255]),
  blends("grey and alpha", fixtures.greyAlphaPng, "2x1", grey(254, 180)),
  blends("a palette", fixtures.paletteAlphaPng, "3x1", [9, 8, 7, 255, 255, 255, 127, 255, 127]),
  blends("pixels", { data: Uint8Array.of(200, 100, 50, 128), width: 1, height: 1 }, "1x1", [227, 177, 152]),

  caseOf("image: bytes, buffers and blobs are taken", ["images"], async (runtime) => {
    const bytes = fromBase64(fixtures.rgbPng);
    const larger = new Uint8Array(bytes.length + 10);
    larger.set(bytes, 5);
    for (const source of [bytes.buffer, new Blob([bytes]), larger.subarray(5, 5 + bytes.length)]) {
      const { data } = await decode(runtime, source, "2x1");
      expectValues(data, [255, 0, 10, 1, 2, 3], source.constructor.name);
    }
    expectThat(bytes.length > 0, "the bytes are not transferred");
  }),

  caseOf("image: bytes that are no image end in an ImageError", ["images"], async (runtime) => {
    const text = new TextEncoder().encode("This is a text file that somebody called photo.jpg.\n");
    const damaged = fromBase64(fixtures.rgbPng).fill(0xaa, 16);
    await expectFailure(ImageError, () => runtime.decodeImage(text), "a text");
    await expectFailure(ImageError, () => runtime.decodeImage(new Uint8Array(0)), "no bytes");
    await expectFailure(ImageError, () => runtime.decodeImage(damaged), "a damaged PNG");
  }),

  caseOf(
    "image: more pixels or longer sides than allowed are refused by the header",
    ["images"],
    async (runtime) => {
      for (const file of [fixtures.hugePng, fixtures.widePng, fixtures.highPng]) {
        await expectFailure(ImageError, () => runtime.decodeImage(fromBase64(file)), "a large image");
      }
      const wide = { data: new Uint8Array(65_537), width: 65_537, height: 1, channels: 1 } as const;
      await expectFailure(ImageError, () => runtime.decodeImage(wide), "wide pixels");
    },
  ),

  caseOf("image: what is no readable picture is named in one line", ["images"], async (runtime) => {
    for (const [kind, bytes] of UNREADABLE) {
      const error = await failure(() => runtime.decodeImage(bytes), kind);
      expectThat(ImageError.isInstance(error), `expected an ImageError for ${kind}, got ${String(error)}`);
      expectThat(
        error.message.includes(kind) && error.message.includes("PNG") && !error.message.includes("\n"),
        `expected one line that names ${kind} and PNG, got ${error.message}`,
      );
    }
  }),

  caseOf("image: a path without a file ends in a NotFoundError", ["images", "files"], async (runtime) => {
    await expectFailure(NotFoundError, () => runtime.decodeImage("/nowhere/photo.png"), "a missing file");
  }),

  caseOf("image: the bytes of a file are as they are", ["images"], async (runtime) => {
    const bytes = Uint8Array.of(137, 80, 78, 71, 0, 1, 2);
    const read = await runtime.readImageBytes(new Blob([bytes]));
    expectThat(String(read) === String(bytes), `expected ${bytes}, got ${read}`);
  }),

  caseOf("image: pixels pass through, whatever their channels", [], async (runtime) => {
    const pixels: readonly [PixelImage, readonly number[]][] = [
      [{ data: Uint8Array.of(5, 250), width: 1, height: 2, channels: 1 }, grey(5, 250)],
      [{ data: Uint8Array.of(5, 0, 250, 9), width: 1, height: 2, channels: 2 }, grey(5, 250)],
      [{ data: Uint8Array.of(1, 2, 3, 4, 5, 6), width: 1, height: 2, channels: 3 }, [1, 2, 3, 4, 5, 6]],
      [
        { data: Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 128), width: 1, height: 2, channels: 4 },
        [1, 2, 3, 4, 5, 6],
      ],
      [{ data: Uint8ClampedArray.of(1, 2, 3, 0, 4, 5, 6, 7), width: 1, height: 2 }, [1, 2, 3, 4, 5, 6]],
    ];
    for (const [image, rgb] of pixels) {
      const before = Array.from(image.data);
      const { data } = await decode(runtime, image, "1x2");
      expectValues(data, rgb, `${image.channels ?? "no"} channels`);
      expectValues(image.data, before, "the pixels that were given");
    }
  }),

  caseOf("image: pixels of another number than their size says end in an ImageError", [], async (runtime) => {
    const image = { data: new Uint8Array(11), width: 2, height: 2, channels: 3 } as const;
    await expectFailure(ImageError, () => runtime.decodeImage(image), "11 values for 2 x 2 x 3");
  }),

  caseOf("image: an aborted signal rejects with its reason", [], async (runtime) => {
    const signal = AbortSignal.abort("enough");
    const image = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } as const;
    const reason = await failure(() => runtime.decodeImage(image, { signal }), "decodeImage");
    expectThat(reason === "enough", `expected the signal's reason, got ${String(reason)}`);
  }),
];
