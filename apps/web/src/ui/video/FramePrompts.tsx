import type { JSX } from "preact";
import { objectColor } from "../../domain/colors.js";
import type { ObjectDoc, PhotoDoc } from "../../domain/document.js";
import { removeFrameMask } from "../../state/actions.js";
import { hasReadings } from "../../state/video/stills.js";
import { currentTracks } from "../../state/video/tracks.js";
import { fill, words } from "../../words/words.js";
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
  const text = words().timeline;
  const corrects = others === 0 ? text.corrects : others === 1 ? text.correctsOne : text.correctsMany;
  return (
    <>
      {hasReadings(object) && <Readings photo={photo} object={object} />}
      <div class="section prompts-section">
        <h3>{text.onThisFrame}</h3>
        <PromptList object={object}>
          {fixed && choice === null && (
            <button
              type="button"
              class="prompt"
              title={text.takeBack}
              data-testid="frame-mask"
              onClick={removeFrameMask}
            >
              <i class="is-hand" style={{ borderColor: objectColor(object.number) }} />
              {text.touchedUp}
              <span class="visually-hidden">{text.takeBackIt}</span>
            </button>
          )}
        </PromptList>
        <p class="frame-note">{fill(corrects, { name })}</p>
      </div>
    </>
  );
}
