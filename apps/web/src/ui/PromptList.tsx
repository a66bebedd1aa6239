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
        <button type="button" class="prompt" title="Delete the box" onClick={removeBox}>
          <i class="is-box" style={{ borderColor: color }} />
          box
          <span class="visually-hidden">: delete</span>
        </button>
      )}
      {object.points.map(({ id, isInclude }, i) => (
        <button
          key={id}
          type="button"
          class="prompt"
          title="Delete this point"
          data-testid="prompt"
          onClick={() => removePoint(id)}
        >
          <i class={isInclude ? "" : "is-minus"} style={isInclude ? { background: color } : {}}>
            {isInclude ? "+" : "−"}
          </i>
          point {i + 1}
          <span class="visually-hidden">: delete</span>
        </button>
      ))}
    </div>
  );
}
