import type { ComponentChildren, JSX } from "preact";
import { objectColor } from "../domain/colors.js";
import type { ObjectDoc } from "../domain/document.js";
import { arrowStep } from "../input/arrow-step.js";
import { movePointBy, removeBox, removePoint } from "../state/actions.js";
import { choosePoint, endStep } from "../state/session.js";
import { words } from "../words/words.js";

interface Props {
  readonly object: ObjectDoc;
  /** Prompts of another kind, before the others. */
  readonly children?: ComponentChildren;
}

/** The prompts of an object on what is on screen; each is deleted by a click. */
export function PromptList({ object, children }: Props): JSX.Element {
  const text = words().inspector;
  const color = objectColor(object.number);
  return (
    <div class="prompts">
      {children}
      {object.box && (
        <button type="button" class="prompt" title={text.removeBox} onClick={removeBox}>
          <i class="is-box" style={{ borderColor: color }} />
          {text.box} <span aria-hidden="true">×</span>
          <span class="visually-hidden">{text.removeIt}</span>
        </button>
      )}
      {object.points.map(({ id, isInclude }, i) => (
        <button
          key={id}
          type="button"
          class="prompt"
          title={text.removeClick}
          data-testid="prompt"
          onClick={() => removePoint(id)}
          onFocus={() => choosePoint(id)}
          onBlur={endStep}
          onKeyDown={(event) => {
            const by = arrowStep(event);
            if (!by) return;
            event.preventDefault();
            event.stopPropagation();
            movePointBy(id, by);
          }}
        >
          <i class={isInclude ? "" : "is-minus"} style={isInclude ? { background: color } : {}}>
            {isInclude ? "+" : "−"}
          </i>
          {i + 1} <span aria-hidden="true">×</span>
          <span class="visually-hidden">{text.removeThisClick}</span>
        </button>
      ))}
    </div>
  );
}
