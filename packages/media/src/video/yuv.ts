import { checkSize, ImageError, type RgbImage } from "@sam2js/core";
import { checkRgb } from "./check-rgb.js";

/** How three planes stand for colours, by the names of WebCodecs. */
export interface YuvColours {
  /** Default `"smpte170m"` (BT.601), as FFmpeg takes it for videos that say nothing. */
  readonly matrix?: string | null | undefined;
  /** Whether planes use all of 0 to 255 instead of 16 to 235. Default false. */
  readonly fullRange?: boolean | null | undefined;
}

/** How planes lie in memory: Y, then U and V, or both in turn. */
export interface YuvLayout {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Pixels beside each other that share U and V: 2 in 4:2:0 and 4:2:2. */
  readonly across: 1 | 2;
  /** Pixels below each other that share U and V: 2 in 4:2:0. */
  readonly down: 1 | 2;
  /** Of a sample; more than 8 are little-endian 16-bit numbers. Default 8. */
  readonly bits?: 8 | 10 | 12 | undefined;
  /** Whether U and V stand in turn in one plane, as in NV12. Default false. */
  readonly isSemiPlanar?: boolean | undefined;
  /** Where each plane begins and how long its rows are, in bytes; without it planes follow each other, rows without gaps. */
  readonly planes?: readonly { readonly offset: number; readonly stride: number }[] | undefined;
}

/** Shares of red and blue in Y. @see ITU-R BT.709, BT.601, BT.2020 */
const WEIGHTS: Readonly<Record<string, readonly [number, number]>> = {
  bt709: [0.2126, 0.0722],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  "bt2020-ncl": [0.2627, 0.0593],
};

/** Whether {@link yuvToRgb} knows a matrix. */
export function isKnownMatrix(matrix: string | null | undefined): boolean {
  return matrix === null || matrix === undefined || matrix in WEIGHTS;
}

/** The numbers of a matrix: shares of the colours, and how far planes reach. */
function constants({ matrix, fullRange }: YuvColours) {
  const [red, blue] = WEIGHTS[matrix ?? "smpte170m"] ?? (WEIGHTS.smpte170m as readonly [number, number]);
  const [low, span, chroma] = fullRange ? [0, 255, 255] : [16, 219, 224];
  return { red, blue, green: 1 - red - blue, low, span, chroma };
}

/**
 * Planes as a picture. Pixels that share U and V take them as they are.
 *
 * @param edge  RGBA of the same picture by BT.601. Some decoders leave out the last column and row of U and V where the sides are odd: theirs
 *   are taken from here
 */
export function yuvToRgb(
  bytes: Uint8Array,
  layout: YuvLayout,
  colours: YuvColours,
  edge?: Uint8Array,
): RgbImage {
  const { width, height, across, down, bits = 8 } = layout;
  const { red, blue, green, low, span, chroma } = constants(colours);
  const { light, shared, step, columns, rows, lightStride, sharedStride } = planesOf(bytes, layout);
  const unit = 2 ** (bits - 8);
  const scale = 255 / (span * unit);
  const redOfV = (2 * (1 - red) * 255) / (chroma * unit);
  const blueOfU = (2 * (1 - blue) * 255) / (chroma * unit);
  const greenOfU = (-blueOfU * blue) / green;
  const greenOfV = (-redOfV * red) / green;
  const [black, grey] = [low * unit, 128 * unit];
  const data = new Uint8ClampedArray(3 * width * height); // rounds and clamps
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.min(down === 2 ? y >> 1 : y, rows - 1);
    for (let x = 0; x < width; x++, to += 3) {
      const column = Math.min(across === 2 ? x >> 1 : x, columns - 1);
      const at = row * sharedStride + column * step;
      const brightness = ((light[y * lightStride + x] as number) - black) * scale;
      let u = (shared[0][at] as number) - grey;
      let v = (shared[1][at] as number) - grey;
      if (edge && ((across === 2 && x >> 1 >= columns) || (down === 2 && y >> 1 >= rows))) {
        const from = 4 * (y * width + x);
        v = ((edge[from] as number) - brightness) / (EDGE_RED_OF_V / unit);
        u = ((edge[from + 2] as number) - brightness) / (EDGE_BLUE_OF_U / unit);
      }
      data[to] = brightness + redOfV * v;
      data[to + 1] = brightness + greenOfU * u + greenOfV * v;
      data[to + 2] = brightness + blueOfU * u;
    }
  }
  return { data: new Uint8Array(data.buffer), width, height, channels: 3 };
}

/** What V adds to red and U to blue in BT.601 from 16 to 235. */
const EDGE_RED_OF_V = (2 * (1 - 0.299) * 255) / 224;
const EDGE_BLUE_OF_U = (2 * (1 - 0.114) * 255) / 224;

/** Whether U and V of the last odd column or row are missing in planes. */
export function lacksEdge(bytes: Uint8Array, layout: YuvLayout): boolean {
  const { columns, rows } = planesOf(bytes, layout);
  return columns < Math.ceil(layout.width / layout.across) || rows < Math.ceil(layout.height / layout.down);
}

function planesOf(bytes: Uint8Array, layout: YuvLayout) {
  const { width, height, across, down, bits = 8, isSemiPlanar = false } = layout;
  const size = bits > 8 ? 2 : 1;
  const [wide, high] = [Math.ceil(width / across), Math.ceil(height / down)];
  const sharedBytes = (isSemiPlanar ? 2 : 1) * wide * size;
  const [y, u, v] = layout.planes ?? [
    { offset: 0, stride: width * size },
    { offset: width * height * size, stride: sharedBytes },
    { offset: width * height * size + sharedBytes * high, stride: sharedBytes },
  ];
  if (!y || !u || (!v && !isSemiPlanar))
    throw new ImageError("video frame: expected planes of Y, U and V, got fewer", {
      name: "video frame",
      expected: isSemiPlanar ? 2 : 3,
      got: layout.planes?.length,
    });
  const samples = (from: number) =>
    size === 2
      ? new Uint16Array(bytes.buffer, bytes.byteOffset + from, (bytes.length - from) >> 1)
      : bytes.subarray(from);
  const sharedRows = v
    ? Math.floor((v.offset - u.offset) / u.stride)
    : Math.floor((bytes.length - u.offset) / u.stride);
  return {
    light: samples(y.offset),
    shared: [samples(u.offset), samples(isSemiPlanar ? u.offset + size : (v?.offset ?? 0))] as const,
    step: isSemiPlanar ? 2 : 1,
    columns: Math.min(wide, Math.floor(u.stride / size / (isSemiPlanar ? 2 : 1))),
    rows: Math.min(high, sharedRows),
    lightStride: y.stride / size,
    sharedStride: u.stride / size,
  };
}

/** What {@link rgbToI420} writes: what players expect of videos today. */
export const WRITTEN_COLOURS = {
  primaries: "bt709",
  transfer: "bt709",
  matrix: "bt709",
  fullRange: false,
} as const;

/**
 * The top left of a picture as I420 in {@link WRITTEN_COLOURS}; U and V are means of four pixels.
 *
 * @param width  even, at most the picture's
 * @param height  even, at most the picture's
 */
export function rgbToI420(image: RgbImage, width: number, height: number): Uint8Array<ArrayBuffer> {
  checkRgb(image);
  checkSize([height, width]);
  const { red, blue, green, low, span, chroma } = constants(WRITTEN_COLOURS);
  const out = new Uint8ClampedArray((width * height * 3) / 2);
  const scale = span / 255;
  const toU = chroma / 255 / (2 * (1 - blue));
  const toV = chroma / 255 / (2 * (1 - red));
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [r, g, b] = [0, 0, 0];
      for (let i = 0; i < 4; i++) {
        const [column, line] = [x + (i & 1), y + (i >> 1)];
        const from = 3 * (line * image.width + column);
        const [r1, g1, b1] = [
          image.data[from] as number,
          image.data[from + 1] as number,
          image.data[from + 2] as number,
        ];
        out[line * width + column] = low + scale * (red * r1 + green * g1 + blue * b1);
        r += r1 / 4;
        g += g1 / 4;
        b += b1 / 4;
      }
      const light = red * r + green * g + blue * b;
      const at = width * height + (y >> 1) * (width >> 1) + (x >> 1);
      out[at] = 128 + toU * (b - light);
      out[at + (width * height) / 4] = 128 + toV * (r - light);
    }
  }
  return new Uint8Array(out.buffer);
}
