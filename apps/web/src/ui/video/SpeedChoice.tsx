import type { JSX } from "preact";
import { SPEEDS } from "../../domain/speed.js";
import { playSpeed, setPlaySpeed } from "../../state/video/speed.js";
import { plainNumber } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";

interface Props {
  /** What is chosen here. */
  readonly label: string;
  readonly speed: number;
  readonly onChoose: (speed: number) => void;
  readonly testId: string;
}

/** How many times as fast. */
export function SpeedChoice({ label, speed, onChoose, testId }: Props): JSX.Element {
  return (
    <select
      class="text-input choice speed num"
      aria-label={label}
      title={label}
      data-testid={testId}
      value={speed}
      onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}
    >
      {SPEEDS.map((each) => (
        <option key={each} value={each}>
          {fill(words().timeline.times, { speed: plainNumber(each) })}
        </option>
      ))}
    </select>
  );
}

/** How fast a video is played on the stage. */
export function PlaySpeed({ testId }: { readonly testId: string }): JSX.Element {
  return (
    <SpeedChoice
      label={words().timeline.speed}
      speed={playSpeed.value}
      onChoose={setPlaySpeed}
      testId={testId}
    />
  );
}
