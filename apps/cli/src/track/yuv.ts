import type { RgbImage } from "@sam2js/core";

/** How three planes stand for colours, by the names of WebCodecs. */
export interface YuvColours {
  /** Default `"smpte170m"` (BT.601), as FFmpeg takes it for videos that say nothing. */
  readonly matrix?: string | null | undefined;
  /** Whether planes use all of 0 to 255 instead of 16 to 235. Default false. */
  readonly fullRange?: boolean | null | undefined;
}

/** 8 bits each, rows without gaps: Y [height, width], then U and V, both [⌈height / down⌉, ⌈width / across⌉]. */
export interface YuvLayout {
  readonly width: number;
  readonly height: number;
  /** Pixels beside each other that share U and V, and below each other: 2 and 2 in I420. */
  readonly across: 1 | 2;
  readonly down: 1 | 2;
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

/** Planes as a picture. Pixels that share U and V take them as they are. */
export function yuvToRgb(planes: Uint8Array, layout: YuvLayout, colours: YuvColours): RgbImage {
  const { width, height, across, down } = layout;
  const { red, blue, green, low, span, chroma } = constants(colours);
  const wide = Math.ceil(width / across);
  const atU = width * height;
  const atV = atU + wide * Math.ceil(height / down);
  const scale = 255 / span;
  const redOfV = (2 * (1 - red) * 255) / chroma;
  const blueOfU = (2 * (1 - blue) * 255) / chroma;
  const greenOfU = (-blueOfU * blue) / green;
  const greenOfV = (-redOfV * red) / green;
  const data = new Uint8ClampedArray(3 * width * height); // rounds and clamps
  for (let y = 0, to = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / down) * wide;
    for (let x = 0; x < width; x++, at++, to += 3) {
      const shared = row + (across === 2 ? x >> 1 : x);
      const light = ((planes[at] as number) - low) * scale;
      const u = (planes[atU + shared] as number) - 128;
      const v = (planes[atV + shared] as number) - 128;
      data[to] = light + redOfV * v;
      data[to + 1] = light + greenOfU * u + greenOfV * v;
      data[to + 2] = light + blueOfU * u;
    }
  }
  return { data: new Uint8Array(data.buffer), width, height, channels: 3 };
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
 * @param width, height  even, at most the picture's
 */
export function rgbToI420(image: RgbImage, width: number, height: number): Uint8Array<ArrayBuffer> {
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
