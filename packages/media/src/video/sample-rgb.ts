import type { RgbImage } from "@sam2js/core";
import type { VideoSample } from "mediabunny";
import { isKnownMatrix, lacksEdge, type YuvLayout, yuvToRgb } from "./yuv.js";

/** Formats of planes: how many pixels share colours, transparency, bits. */
const PLANES = /^(?:I4(20|22|44)|NV(12))A?(?:P(10|12))?$/;

/** The library takes a format; the types of WebCodecs that it uses are older. */
type CopyOptions = Parameters<VideoSample["copyTo"]>[1];
const RGBA: CopyOptions & { readonly format: "RGBA" } = { format: "RGBA" };

/**
 * The pixels of a decoded frame by the matrix and range that the file names (BT.601 from 16 to 235 where it names none, as FFmpeg has it). The
 * codecs' own conversion takes every video for BT.601 and is used for what has no such planes only.
 *
 * @returns  in the size of the visible part, as it was coded: not turned or scaled
 */
export async function sampleToRgb(sample: VideoSample): Promise<RgbImage> {
  const { width, height } = sample.visibleRect;
  const { format, colorSpace } = sample;
  const form = format && isKnownMatrix(colorSpace.matrix) ? PLANES.exec(format) : null;
  if (!form) return dropAlpha(await rgbaOf(sample), width, height);
  const [, planar, semiPlanar, bits] = form;
  const bytes = new Uint8Array(sample.allocationSize());
  const layout: YuvLayout = {
    width,
    height,
    across: planar === "44" ? 1 : 2,
    down: planar === "20" || semiPlanar ? 2 : 1,
    bits: bits === "10" ? 10 : bits === "12" ? 12 : 8,
    isSemiPlanar: semiPlanar !== undefined,
    planes: await sample.copyTo(bytes),
  };
  const edge = lacksEdge(bytes, layout) ? await rgbaOf(sample) : undefined;
  return yuvToRgb(bytes, layout, colorSpace, edge);
}

async function rgbaOf(sample: VideoSample): Promise<Uint8Array> {
  const rgba = new Uint8Array(sample.allocationSize(RGBA));
  await sample.copyTo(rgba, RGBA);
  return rgba;
}

function dropAlpha(rgba: Uint8Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from] as number;
    data[to + 1] = rgba[from + 1] as number;
    data[to + 2] = rgba[from + 2] as number;
  }
  return { data, width, height, channels: 3 };
}
