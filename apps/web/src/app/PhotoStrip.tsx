import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { doc, photoId, pixels, showPhoto } from "../store/session.js";
import { arrowKeys } from "./arrow-keys.js";

/** All open photos, when there are several. */
export function PhotoStrip(): JSX.Element | null {
  const { photos } = doc.value;
  if (photos.length < 2) return null;
  return (
    <nav class="strip" aria-label="Photos" onKeyDown={arrowKeys}>
      {photos.map(({ id, name, objects }) => (
        <button
          key={id}
          type="button"
          class={id === photoId.value ? "strip-item on" : "strip-item"}
          aria-current={id === photoId.value}
          aria-label={`${name}, ${objects.length} objects`}
          data-testid="strip-photo"
          onClick={() => showPhoto(id)}
        >
          <Thumbnail id={id} />
          {objects.length > 0 && <span class="count num">{objects.length}</span>}
        </button>
      ))}
    </nav>
  );
}

function Thumbnail({ id }: { id: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const source = pixels.value.get(id)?.image;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    // A frame of a video may be gone by the time that this runs: its width is 0 then.
    if (!context || !source?.width) return;
    const scale = Math.max(144 / source.width, 104 / source.height);
    const [width, height] = [source.width * scale, source.height * scale];
    context.imageSmoothingQuality = "high";
    context.drawImage(source, (144 - width) / 2, (104 - height) / 2, width, height);
  }, [source]);
  return <canvas ref={canvas} width={144} height={104} aria-hidden="true" />;
}
