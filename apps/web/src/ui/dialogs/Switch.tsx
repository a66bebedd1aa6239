import type { Signal } from "@preact/signals";
import type { JSX } from "preact";

/** A setting that is on or off, with its name. */
export function Switch(props: {
  readonly name: string;
  readonly testId: string;
  readonly value: Signal<boolean>;
}): JSX.Element {
  return (
    <label class="option">
      {props.name}
      <input
        type="checkbox"
        class="switch"
        data-testid={props.testId}
        checked={props.value.value}
        onChange={({ currentTarget }) => {
          props.value.value = currentTarget.checked;
        }}
      />
    </label>
  );
}
