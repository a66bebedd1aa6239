import type { JSX } from "preact";
import { arrowKeys } from "./arrow-keys.js";

interface Props<Id extends string | number> {
  /** What is chosen here. */
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly name: string }[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
  /** Of an option, by its id. */
  readonly testId: (id: Id) => string;
}

/** One of a few, side by side. One stop for Tab; arrow keys go from there. */
export function Segments<Id extends string | number>(props: Props<Id>): JSX.Element {
  const { options, chosen } = props;
  const isAny = options.some(({ id }) => id === chosen);
  return (
    <div class="segments" role="radiogroup" aria-label={props.label} onKeyDown={arrowKeys}>
      {options.map(({ id, name }, i) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={id === chosen}
          tabIndex={id === chosen || (!isAny && i === 0) ? 0 : -1}
          class={id === chosen ? "on" : ""}
          data-testid={props.testId(id)}
          onClick={() => props.onChoose(id)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
