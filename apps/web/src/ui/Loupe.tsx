import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pathOf } from "../stage/paths.js";
import { camera } from "../state/camera.js";
import { hover, photo, pixels } from "../state/session.js";
import { loupe } from "../state/stage-state.js";

const SIDE = 264;
/** Magnification over the stage. */
const FACTOR = 2.2;

/** What lies under the finger, beside it. */
export function Loupe(): JSX.Element | null {
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = loupe.value;
  const shown = photo.value;
  const source = shown && pixels.value.get(shown.id)?.image;
  const preview = hover.value;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !at || !source || !shown) return;
    const { scale, left, top } = camera.value;
    const zoom = scale * FACTOR * 2;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#0a0b0c";
    context.fillRect(0, 0, SIDE, SIDE);
    context.translate(SIDE / 2, SIDE / 2);
    context.scale(zoom, zoom);
    context.translate(-(at.x - left) / scale, -(at.y - top) / scale);
    context.drawImage(source, 0, 0, shown.width, shown.height);
    if (preview) {
      context.fillStyle = "#ffffff55";
      context.fill(pathOf(preview.view), "evenodd");
      context.strokeStyle = "#ffffff";
      context.lineWidth = 4 / zoom;
      context.stroke(pathOf(preview.view));
    }
    context.setTransform(1, 0, 0, 1, SIDE / 2, SIDE / 2);
    context.strokeStyle = "#ffffff";
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(-30, 0);
    context.lineTo(30, 0);
    context.moveTo(0, -30);
    context.lineTo(0, 30);
    context.stroke();
  }, [at, source, preview, shown?.id]);
  if (!at) return null;
  // Never under the finger: above it, or beside it near the top.
  const x = at.y < 190 ? at.x + (at.x > 190 ? -110 : 110) : at.x;
  const y = at.y < 190 ? at.y : at.y - 120;
  return (
    <canvas
      ref={canvas}
      class="loupe"
      width={SIDE}
      height={SIDE}
      aria-hidden="true"
      style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -50%)` }}
    />
  );
}
