import type { JSX } from "preact";
import { lockObject, moveObject } from "../domain/commands.js";
import type { ObjectDoc, PhotoDoc } from "../domain/document.js";
import { announce, dispatch, endStep } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { Icon } from "./icons.js";

/** The chosen object's place in the list, which exports keep to, and its lock. */
export function Arrange({ photo, object }: { photo: PhotoDoc; object: ObjectDoc }): JSX.Element {
  const { inspector } = words();
  const target = { photoId: photo.id, objectId: object.id };
  const at = photo.objects.findIndex(({ id }) => id === object.id);
  const move = (by: 1 | -1) => {
    dispatch(moveObject(target, by));
    endStep();
    announce(
      fill(words().done.moved, { name: object.name, place: at + 1 + by, total: photo.objects.length }),
    );
  };
  return (
    <div class="section arrange" role="group" aria-label={fill(inspector.arrange, { name: object.name })}>
      <button
        type="button"
        class={object.isLocked ? "button small on" : "button small"}
        aria-pressed={object.isLocked === true}
        data-testid="lock"
        title={inspector.lockTitle}
        onClick={() => {
          dispatch(lockObject(target, !object.isLocked));
          endStep();
        }}
      >
        <Icon name={object.isLocked ? "locked" : "unlocked"} />
        {object.isLocked ? inspector.locked : inspector.lock}
      </button>
      <span class="grow" />
      <button
        type="button"
        class="icon-button"
        aria-label={inspector.up}
        title={inspector.up}
        data-testid="move-up"
        disabled={at === 0}
        onClick={() => move(-1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={inspector.down}
        title={inspector.down}
        data-testid="move-down"
        disabled={at === photo.objects.length - 1}
        onClick={() => move(1)}
      >
        <Icon name="down" />
      </button>
    </div>
  );
}
