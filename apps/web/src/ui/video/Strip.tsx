import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { photo } from "../../state/session.js";
import { clips } from "../../state/video/playback.js";

/** In CSS pixels; drawn at twice that. */
const HEIGHT = 44;

/** Small pictures of the video, as they are decoded. */
export function Strip({ id, width }: { id: string; width: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width: videoWidth = 1, height: videoHeight = 1 } = photo.value ?? {};
  const picture = (HEIGHT * videoWidth) / videoHeight;
  const count = Math.max(1, Math.min(40, Math.round(width / picture)));
  // In steps, so that a window that is being resized does not decode it all again and again.
  const pixels = 2 * Math.ceil(width / 80) * 80;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const controller = new AbortController();
    const cell = context.canvas.width / count;
    const onPicture = (at: number, image: ImageBitmap) => {
      const scale = Math.max(cell / image.width, context.canvas.height / image.height);
      const [w, h] = [cell / scale, context.canvas.height / scale];
      context.drawImage(
        image,
        (image.width - w) / 2,
        (image.height - h) / 2,
        w,
        h,
        at * cell,
        0,
        cell - 2,
        context.canvas.height,
      );
      image.close();
    };
    // It is only for the eye: a video that cannot be read to its end shows that elsewhere.
    clips()
      .strip({ id, count, height: 2 * HEIGHT }, { signal: controller.signal, onPicture })
      .catch(() => undefined);
    return () => controller.abort(new DOMException("another size", "AbortError"));
  }, [id, count, pixels]);
  return <canvas ref={canvas} width={pixels} height={2 * HEIGHT} aria-hidden="true" />;
}
