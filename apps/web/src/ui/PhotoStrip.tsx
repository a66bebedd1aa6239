import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { PhotoDoc } from "../domain/document.js";
import { missingIds } from "../state/missing.js";
import { closePhoto, stepToEmpty, toggleDone } from "../state/photos.js";
import { doc, photo, photoId, pixels, showPhoto } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { arrowKeys } from "./arrow-keys.js";
import { Icon } from "./icons.js";
import { useInSight } from "./use-in-sight.js";

/** All photos of the project, when there are several: which are done, and what is on them. */
export function PhotoStrip(): JSX.Element | null {
  const { photos } = doc.value;
  if (photos.length < 2) return null;
  const text = words().strip;
  const done = photos.filter(({ isDone }) => isDone).length;
  const isDone = photo.value?.isDone === true;
  return (
    <nav class="strip" aria-label={text.title}>
      <div class="strip-head">
        <span class="num" data-testid="photos-done">
          {fill(text.doneOf, { done, total: photos.length })}
        </span>
        <div class="strip-actions">
          <button
            type="button"
            class={isDone ? "button small on" : "button small"}
            aria-pressed={isDone}
            data-testid="done"
            title={text.doneTitle}
            onClick={toggleDone}
          >
            <Icon name="ok" />
            {text.done}
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={text.nextEmpty}
            title={text.nextEmptyTitle}
            data-testid="next-empty"
            onClick={() => stepToEmpty(1)}
          >
            <Icon name="next" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={fill(text.close, { name: photo.value?.name ?? "" })}
            title={text.closeTitle}
            data-testid="close-photo"
            onClick={closePhoto}
          >
            <Icon name="close" />
          </button>
        </div>
      </div>
      <div class="strip-photos" onKeyDown={arrowKeys}>
        {photos.map((each) => (
          <StripPhoto key={each.id} photo={each} />
        ))}
      </div>
    </nav>
  );
}

function StripPhoto({ photo: { id, name, objects, isDone } }: { photo: PhotoDoc }): JSX.Element {
  const { count, strip } = words();
  const isShown = id === photoId.value;
  const isMissing = missingIds.value.has(id);
  const button = useInSight<HTMLButtonElement>(isShown);
  return (
    <button
      ref={button}
      type="button"
      class={isShown ? "strip-item on" : "strip-item"}
      aria-current={isShown}
      aria-label={fill(isMissing ? strip.photoMissing : isDone ? strip.photoDone : strip.photo, {
        name,
        objects: fill(count.objects, { count: objects.length }),
      })}
      title={name}
      data-testid="strip-photo"
      onClick={() => showPhoto(id)}
    >
      {isMissing ? (
        <span class="missing-mark" data-testid="missing-picture">
          <Icon name="open" />
        </span>
      ) : (
        <Thumbnail id={id} />
      )}
      {objects.length > 0 && <span class="count num" data-count={objects.length} />}
      {isDone && (
        <span class="done-mark">
          <Icon name="ok" />
        </span>
      )}
      <span class="strip-name">
        <bdi>{name}</bdi>
      </span>
    </button>
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
