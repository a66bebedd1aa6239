import type { JSX } from "preact";
import { objectColor } from "../../domain/colors.js";
import type { ObjectDoc, PhotoDoc } from "../../domain/document.js";
import { removeFrameMask } from "../../state/actions.js";
import { hasReadings } from "../../state/video/stills.js";
import { currentTracks } from "../../state/video/tracks.js";
import { Readings } from "../Inspector.js";
import { PromptList } from "../PromptList.js";

interface Props {
  readonly photo: PhotoDoc;
  readonly object: ObjectDoc;
}

/** The prompts that an object has on the frame on screen, and what another one would do. */
export function FramePrompts({ photo, object }: Props): JSX.Element {
  const { name, fixed, choice } = object;
  const others = currentTracks.value.size - 1;
  const keeps =
    others === 0
      ? ""
      : others === 1
        ? " The other object keeps its track."
        : " The others keep their tracks.";
  return (
    <>
      {hasReadings(object) && <Readings photo={photo} object={object} />}
      <div class="section prompts-section">
        <h3>On this frame</h3>
        <PromptList object={object}>
          {fixed && choice === null && (
            <button
              type="button"
              class="prompt"
              title="Take the touch-up back"
              data-testid="frame-mask"
              onClick={removeFrameMask}
            >
              <i class="is-hand" style={{ borderColor: objectColor(object.number) }} />
              touched up
              <span class="visually-hidden">: delete</span>
            </button>
          )}
        </PromptList>
        <p class="frame-note">
          A click here corrects {name} from this frame on.{keeps}
        </p>
      </div>
    </>
  );
}
