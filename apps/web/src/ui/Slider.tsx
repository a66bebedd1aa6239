import type { JSX } from "preact";

/** A slider with its name before and its value behind. */
export function Slider(props: {
  name: string;
  testId: string;
  value: number;
  min?: number;
  max: number;
  step?: number;
  text: string;
  onInput: (value: number) => void;
  onChange?: () => void;
}): JSX.Element {
  const { min = 0, max, value } = props;
  const share = (100 * (value - min)) / (max - min);
  return (
    <label class="slider">
      <span>{props.name}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={props.step ?? 1}
        value={value}
        aria-valuetext={props.text}
        data-testid={props.testId}
        style={{ "--share": `${share}%` }}
        onInput={({ currentTarget }) => props.onInput(Number(currentTarget.value))}
        onChange={() => props.onChange?.()}
      />
      <span class="num">{props.text}</span>
    </label>
  );
}
