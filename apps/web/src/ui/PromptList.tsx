import type { ComponentChildren, JSX } from "preact";
import { objectColor } from "../domain/colors.js";
import type { ObjectDoc } from "../domain/document.js";
import { removeBox, removePoint } from "../state/actions.js";

interface Props {
  readonly object: ObjectDoc;
  /** Prompts of another kind, before the others. */
  readonly children?: ComponentChildren;
}

/** The prompts of an object on what is on screen; each is deleted by a click. */
export function PromptList({ object, children }: Props): JSX.Element {
  const color = objectColor(object.number);
  return (
    <div class="prompts">
      {children}
      {object.box && (
        <button type="button" class="prompt" title="Remove the box" onClick={removeBox}>
          <i class="is-box" style={{ borderColor: color }} />
          box <span aria-hidden="true">×</span>
          <span class="visually-hidden">: remove it</span>
        </button>
      )}
      {object.points.map(({ id, isInclude }, i) => (
        <button
          key={id}
          type="button"
          class="prompt"
          title="Remove this click"
          data-testid="prompt"
          onClick={() => removePoint(id)}
        >
          <i class={isInclude ? "" : "is-minus"} style={isInclude ? { background: color } : {}}>
            {isInclude ? "+" : "−"}
          </i>
          {i + 1} <span aria-hidden="true">×</span>
          <span class="visually-hidden">: remove this click</span>
        </button>
      ))}
    </div>
  );
}
