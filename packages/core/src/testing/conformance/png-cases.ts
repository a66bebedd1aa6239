import { ImageError } from "../../errors/errors.js";
import type { PngSource } from "../../images/image.js";
import { type ConformanceCase, caseOf } from "./conformance-case.js";
import { expectFailure, expectThat, expectValues } from "./expect.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const roundTrip = (what: string, source: PngSource, rgb: readonly number[]) =>
  caseOf(`png: ${what}`, ["images"], async (runtime) => {
    const png = await runtime.encodePng(source);
    expectValues(png.slice(0, 8), SIGNATURE, "the first bytes");
    const decoded = await runtime.decodeImage(png);
    expectThat(decoded.width === source.width && decoded.height === source.height, "the size is the same");
    expectValues(decoded.data, rgb, "the colours");
  });

/** Encoding of PNG. */
export const pngCases: readonly ConformanceCase[] = [
  roundTrip(
    "one channel is grey",
    { data: Uint8Array.of(0, 128, 255), width: 3, height: 1, channels: 1 },
    [0, 0, 0, 128, 128, 128, 255, 255, 255],
  ),
  roundTrip(
    "three channels are RGB",
    { data: Uint8Array.of(1, 2, 3, 254, 253, 252), width: 1, height: 2, channels: 3 },
    [1, 2, 3, 254, 253, 252],
  ),
  roundTrip(
    "four channels keep their colours under every alpha",
    {
      data: Uint8ClampedArray.of(1, 2, 3, 255, 200, 100, 50, 7, 9, 8, 7, 0),
      width: 3,
      height: 1,
      channels: 4,
    },
    [1, 2, 3, 200, 100, 50, 9, 8, 7],
  ),
  roundTrip(
    "indices have the colours of their palette",
    {
      data: Uint8Array.of(0, 1, 2, 1),
      width: 2,
      height: 2,
      channels: 1,
      palette: Uint8Array.of(0, 0, 0, 255, 128, 1, 7, 7, 70),
    },
    [0, 0, 0, 255, 128, 1, 7, 7, 70, 255, 128, 1],
  ),

  caseOf("png: data that does not fit its size ends in an ImageError", ["images"], async (runtime) => {
    const short = { data: new Uint8Array(5), width: 2, height: 1, channels: 3 } as const;
    await expectFailure(ImageError, () => runtime.encodePng(short), "5 values for 2 x 1 x 3");
    const indices = { data: Uint8Array.of(2), width: 1, height: 1, channels: 1 } as const;
    const palette = Uint8Array.of(0, 0, 0);
    await expectFailure(
      ImageError,
      () => runtime.encodePng({ ...indices, palette }),
      "an index behind the palette",
    );
  }),
];
