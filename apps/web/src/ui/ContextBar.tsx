import type { JSX } from "preact";
import { chooseMask, deleteChosen, setTool } from "../state/actions.js";
import { camera, viewport } from "../state/camera.js";
import { everything } from "../state/everything.js";
import { answerOf, chosenIndex, maskOf } from "../state/masks.js";
import { choosePoint, chosenIds, isBare, object, photo } from "../state/session.js";
import { liveBox, liveStroke } from "../state/stage-state.js";
import { numberText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { Icon } from "./icons.js";
import { LiftButton } from "./LiftButton.js";
import { MaskShape } from "./MaskShape.js";
import { SharperOffer } from "./SharperOffer.js";

/** Beside the chosen mask: its readings, lift, touch up, delete. */
export function ContextBar(): JSX.Element | null {
  const shown = photo.value;
  const chosen = object.value;
  if (!shown || !chosen || everything.value || isBare.value || liveStroke.value || liveBox.value) return null;
  const mask = maskOf(shown, chosen);
  if (!mask || chosenIds.value.size > 1) return null;
  const text = words().context;
  const { scale, left, top } = camera.value;
  const [x0, y0, x1, y1] = mask.view.box;
  const answer = answerOf(shown, chosen);
  const { width, height } = viewport.value;
  // Within the stage, however wide its buttons are.
  const x = `clamp(8px, ${left + ((x0 + x1) / 2) * scale}px - 50%, ${width}px - 100% - 8px)`;
  const above = top + y0 * scale - 62;
  // Above the mask; below it where there is no room.
  const y = above > 8 ? above : Math.min(height - 150, Math.max(8, top + y1 * scale + 22));
  return (
    <div
      class="context card"
      role="group"
      aria-label={chosen.name}
      data-testid="context-bar"
      style={{ transform: `translate(${x}, ${y}px)` }}
    >
      {answer && answer.candidates.length > 1 && !chosen.isLocked && (
        <>
          {answer.candidates.map(({ view, score }, i) => {
            const isOn = i === chosenIndex(chosen, answer);
            return (
              <button
                key={view.path}
                type="button"
                class={isOn ? "candidate on" : "candidate"}
                aria-label={fill(isOn ? text.maskChosen : text.mask, {
                  number: i + 1,
                  count: answer.candidates.length,
                  score: numberText(score, 2),
                })}
                aria-pressed={isOn}
                onClick={() => chooseMask(i)}
              >
                <MaskShape
                  view={view}
                  frame={unionBox(answer.candidates.map((each) => each.view.box))}
                  number={isOn ? chosen.number : 0}
                />
              </button>
            );
          })}
          <span class="sep" />
        </>
      )}
      {!shown.video && <LiftButton />}
      {shown.video?.kind !== "camera" && !chosen.isLocked && (
        <button
          type="button"
          class="icon-button"
          aria-label={text.touchUpBrush}
          title={text.touchUp}
          onClick={() => setTool("brush")}
        >
          <Icon name="brush" />
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        disabled={chosen.isLocked === true}
        aria-label={fill(text.deleteName, { name: chosen.name })}
        title={text.delete}
        data-testid="delete-object"
        onClick={() => {
          choosePoint(null);
          deleteChosen();
        }}
      >
        <Icon name="bin" />
      </button>
      {!shown.video && <SharperOffer />}
    </div>
  );
}

export function unionBox(
  boxes: readonly (readonly [number, number, number, number])[],
): readonly [number, number, number, number] {
  return [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
  ];
}
