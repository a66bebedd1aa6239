import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { objectColor } from "../domain/colors.js";
import type { MaskView } from "../protocol/engine.js";
import { pathOf } from "../stage/paths.js";
import { photo, pixels } from "../state/session.js";

/** Side of a thumbnail's canvas in its own pixels. */
const SIDE = 96;

/** The object cut out, small, on a checkerboard with a rim in its colour. */
export function MaskThumb({ view, number }: { view: MaskView | undefined; number: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = photo.value;
  const source = shown && pixels.value.get(shown.id)?.image;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, SIDE, SIDE);
    // A frame of a video may be gone by the time that this runs: its width is 0 then.
    if (!view || !source?.width || !shown || view.area === 0) return;
    const [x0, y0, x1, y1] = view.box;
    context.save();
    const scale = (0.86 * SIDE) / Math.max(x1 - x0 + 1, y1 - y0 + 1);
    context.setTransform(
      scale,
      0,
      0,
      scale,
      SIDE / 2 - (scale * (x0 + x1 + 1)) / 2,
      SIDE / 2 - (scale * (y0 + y1 + 1)) / 2,
    );
    context.clip(pathOf(view), "evenodd");
    context.imageSmoothingQuality = "medium";
    // Only the part that is seen: scaling the whole photo costs tens of milliseconds without a graphics card.
    const ratio = source.width / shown.width;
    const [width, height] = [x1 - x0 + 1, y1 - y0 + 1];
    context.drawImage(source, x0 * ratio, y0 * ratio, width * ratio, height * ratio, x0, y0, width, height);
    // The clip ends here: the next mask lies elsewhere.
    context.restore();
  }, [view, source, shown?.id]);
  return (
    <span class="thumb" style={{ "--object": objectColor(number) }}>
      <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />
    </span>
  );
}
