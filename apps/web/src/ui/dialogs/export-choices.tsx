import type { JSX } from "preact";
import { words } from "../../words/words.js";
import { arrowKeys } from "../arrow-keys.js";

/** Formats to choose among: those of pictures, and those of annotations. */
export function FormatTiles<Id extends string>(props: {
  readonly formats: readonly { readonly id: Id; readonly isPicture: boolean }[];
  readonly names: Readonly<Record<Id, { readonly name: string; readonly about: string }>>;
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}): JSX.Element {
  const group = (title: string, isPicture: boolean) => (
    <div>
      <div class="group-title">{title}</div>
      <div class="tiles" role="radiogroup" aria-label={title} onKeyDown={arrowKeys}>
        {props.formats
          .filter((each) => each.isPicture === isPicture)
          .map(({ id }) => (
            <button
              key={id}
              type="button"
              role="radio"
              aria-checked={props.chosen === id}
              class={props.chosen === id ? "tile on" : "tile"}
              data-testid={`format-${id}`}
              onClick={() => props.onChoose(id)}
            >
              {props.names[id].name}
              <small>{props.names[id].about}</small>
            </button>
          ))}
      </div>
    </div>
  );
  return (
    <>
      {group(words().export.pictures, true)}
      {group(words().export.annotations, false)}
    </>
  );
}
