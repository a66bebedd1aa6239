import type { JSX } from "preact";
import { askAlternatives, setCleanUp } from "../domain/commands.js";
import { type CleanUp, hasPrompts, type ObjectDoc, type PhotoDoc } from "../domain/document.js";
import { chooseMask } from "../state/actions.js";
import { answerOf, chosenIndex } from "../state/masks.js";
import { dispatch, doc, endStep } from "../state/session.js";
import { scoreText, signedText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { Arrange } from "./Arrange.js";
import { arrowKeys } from "./arrow-keys.js";
import { ClassPicker } from "./ClassPicker.js";
import { unionBox } from "./ContextBar.js";
import { MaskShape } from "./MaskShape.js";
import { PromptList } from "./PromptList.js";
import { CopyToNext } from "./SeveralPanel.js";
import { SharperOffer } from "./SharperOffer.js";
import { Slider } from "./Slider.js";

const SIZES = ["small", "medium", "large"] as const;

interface Props {
  readonly photo: PhotoDoc;
  readonly object: ObjectDoc;
}

/** The chosen object: which of its readings, its prompts, its clean-up. */
export function Inspector(props: Props): JSX.Element {
  return (
    <>
      <SharperOffer />
      {!props.object.isLocked && <Readings {...props} />}
      <ClassPicker />
      {!props.object.isLocked && <Prompts {...props} />}
      {!props.object.isLocked && <CleaningUp {...props} />}
      {doc.value.photos.length > 1 && (
        <div class="section several">
          <CopyToNext photo={props.photo} count={1} />
        </div>
      )}
      <Arrange {...props} />
    </>
  );
}

/** The masks that an ambiguous click may mean, to choose among. */
export function Readings({ photo, object }: Props): JSX.Element | null {
  const answer = answerOf(photo, object);
  const target = { photoId: photo.id, objectId: object.id };
  if (!answer) return null;
  if (answer.candidates.length < 2) {
    if (!hasPrompts(object)) return null;
    return (
      <div class="section readings-ask">
        <button
          type="button"
          class="button small"
          data-testid="alternatives"
          onClick={() => {
            dispatch(askAlternatives(target));
            endStep();
          }}
        >
          {words().inspector.alternatives}
        </button>
      </div>
    );
  }
  const chosen = chosenIndex(object, answer);
  const frame = unionBox(answer.candidates.map(({ view }) => view.box));
  return (
    <div class="section">
      <h3>{words().inspector.size}</h3>
      <div class="readings" role="radiogroup" aria-label={words().inspector.size} onKeyDown={arrowKeys}>
        {answer.candidates.map(({ view, score }, i) => (
          <button
            key={`${i} ${view.path.slice(0, 40)}`}
            type="button"
            role="radio"
            aria-checked={i === chosen}
            class={i === chosen ? "on" : ""}
            data-testid={`reading-${i + 1}`}
            onClick={() => chooseMask(i)}
          >
            <MaskShape view={view} frame={frame} number={i === chosen ? object.number : 0} />
            <span class="num">
              {words().inspector[SIZES[i] ?? "large"]}
              <i> · </i>
              {scoreText(score)}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}

function Prompts({ object }: Props): JSX.Element | null {
  if (!hasPrompts(object)) return null;
  return (
    <div class="section prompts-section">
      <h3>{words().inspector.clicks}</h3>
      <PromptList object={object} />
    </div>
  );
}

function CleaningUp({ photo, object }: Props): JSX.Element {
  const target = { photoId: photo.id, objectId: object.id };
  const { inspector, unit } = words();
  const { holes, specks, edge } = object.cleanUp;
  const change = (next: Partial<CleanUp>) => dispatch(setCleanUp(target, next));
  return (
    <div class="section cleaning">
      <h3>{inspector.cleanUp}</h3>
      <Slider
        name={inspector.holes}
        testId="holes"
        value={fromPixels(holes)}
        max={12}
        text={fill(unit.areaPixels, { count: holes })}
        onInput={(step) => change({ holes: toPixels(step) })}
        onChange={endStep}
      />
      <Slider
        name={inspector.specks}
        testId="specks"
        value={fromPixels(specks)}
        max={12}
        text={fill(unit.areaPixels, { count: specks })}
        onInput={(step) => change({ specks: toPixels(step) })}
        onChange={endStep}
      />
      <Slider
        name={inspector.edge}
        testId="edge"
        value={edge}
        min={-12}
        max={12}
        text={fill(unit.pixels, { count: signedText(edge) })}
        onInput={(value) => change({ edge: value })}
        onChange={endStep}
      />
    </div>
  );
}

/** Areas grow fast: each step of a slider doubles them and more. */
function toPixels(step: number): number {
  return step === 0 ? 0 : Math.round(8 * 2.2 ** (step - 1));
}

function fromPixels(pixels: number): number {
  return pixels === 0 ? 0 : Math.round(Math.log(pixels / 8) / Math.log(2.2)) + 1;
}
