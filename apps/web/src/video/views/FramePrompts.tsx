import type { JSX } from "preact";
import { Readings } from "../../app/Inspector.js";
import { removeBox, removeFrameMask, removePoint } from "../../store/actions.js";
import { objectColor } from "../../store/colors.js";
import type { ObjectDoc, PhotoDoc } from "../../store/document.js";
import { hasReadings } from "../stills.js";
import { currentTracks } from "../tracks.js";

interface Props {
  readonly photo: PhotoDoc;
  readonly object: ObjectDoc;
}

/** The prompts that an object has on the frame on screen, and what another one would do. */
export function FramePrompts({ photo, object }: Props): JSX.Element {
  const { points, box, name, fixed, choice } = object;
  const color = objectColor(object.number);
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
        <div class="prompts">
          {fixed && choice === null && (
            <button
              type="button"
              class="prompt"
              title="Take the touch-up back"
              data-testid="frame-mask"
              onClick={removeFrameMask}
            >
              <i class="is-hand" style={{ borderColor: color }} />
              touched up
              <span class="visually-hidden">: delete</span>
            </button>
          )}
          {box && (
            <button type="button" class="prompt" title="Delete the box" onClick={removeBox}>
              <i class="is-box" style={{ borderColor: color }} />
              box
              <span class="visually-hidden">: delete</span>
            </button>
          )}
          {points.map((point, i) => (
            <button
              key={point.id}
              type="button"
              class="prompt"
              title="Delete this point"
              data-testid="prompt"
              onClick={() => removePoint(point.id)}
            >
              <i
                class={point.isInclude ? "" : "is-minus"}
                style={point.isInclude ? { background: color } : {}}
              >
                {point.isInclude ? "+" : "−"}
              </i>
              point {i + 1}
              <span class="visually-hidden">: delete</span>
            </button>
          ))}
        </div>
        <p class="frame-note">
          A click here corrects {name} from this frame on.{keeps}
        </p>
      </div>
    </>
  );
}
