import type { JSX } from "preact";
import { camera } from "../stage/camera.js";
import { encoding, model, photo } from "../store/session.js";

/** A soft light over the photo while it is encoded; with reduced motion a still badge. */
export function Sheen(): JSX.Element | null {
  const shown = photo.value;
  if (!shown || encoding.value?.photoId !== shown.id || !model.value) return null;
  const { scale, left, top } = camera.value;
  const style = {
    transform: `translate(${left}px, ${top}px)`,
    width: `${shown.width * scale}px`,
    height: `${shown.height * scale}px`,
  };
  return (
    <div class="sheen" style={style}>
      <span class="badge" data-testid="encoding">
        Preparing the photo
      </span>
    </div>
  );
}
