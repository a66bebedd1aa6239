import { openBitmap } from "@sam2js/runtime-web";

/** Longer side of the copy that the page keeps of a photo, for thumbnails and the loupe. */
const COPY_SIDE = 1536;
/** A photo whose longer side is longer is kept in halves, quarters, … too. */
const WHOLE_SIDE = 2048;

/** The pixels of a photo in several sizes, largest first: each half of the one before. */
export interface PhotoSource {
  readonly levels: readonly ImageBitmap[];
}

/** Decodes a photo, upright. @throws {ImageError} it cannot be decoded */
export async function readSource(blob: Blob): Promise<PhotoSource> {
  const levels = [await openBitmap(blob)];
  for (;;) {
    const [last] = levels.slice(-1);
    if (!last || Math.max(last.width, last.height) <= WHOLE_SIDE) return { levels };
    levels.push(await shrunk(last, 0.5));
  }
}

/** A copy of at most 1536 pixels on its longer side. */
export function smallCopy({ levels }: PhotoSource): Promise<ImageBitmap> {
  const [last] = levels.slice(-1);
  if (!last) throw new RangeError("a photo has at least one level");
  return shrunk(last, Math.min(1, COPY_SIDE / Math.max(last.width, last.height)));
}

/** The smallest one that is at least as wide; `width` in its own pixels. Never more than halved when drawn, so that bilinear sampling is enough. */
export function levelFor({ levels }: PhotoSource, width: number): ImageBitmap | undefined {
  return levels.findLast((level) => level.width >= width) ?? levels[0];
}

export function closeSource({ levels }: PhotoSource): void {
  for (const level of levels) level.close();
}

function shrunk(image: ImageBitmap, scale: number): Promise<ImageBitmap> {
  if (scale === 1) return createImageBitmap(image);
  return createImageBitmap(image, {
    resizeWidth: Math.max(1, Math.round(image.width * scale)),
    resizeHeight: Math.max(1, Math.round(image.height * scale)),
    resizeQuality: "medium",
  });
}
