import { openBitmap } from "@sam2js/runtime-web";

/** What a browser can show and read: a file, an image element, a canvas, a frame of a video, pixels. */
export type DisplayableImage =
  | Blob
  | ImageBitmap
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | ImageData
  | VideoFrame;

/** The picture as it is shown: upright, in the browser's colours. The caller closes it. */
export function toBitmap(image: DisplayableImage): Promise<ImageBitmap> {
  return image instanceof Blob ? openBitmap(image) : createImageBitmap(image);
}
