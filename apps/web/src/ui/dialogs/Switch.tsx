import type { JSX } from "preact";

/** A setting that is on or off, with its name. */
export function Switch(props: {
  readonly name: string;
  readonly testId: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}): JSX.Element {
  return (
    <label class="option">
      {props.name}
      <input
        type="checkbox"
        class="switch"
        data-testid={props.testId}
        checked={props.isOn}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
    </label>
  );
}
