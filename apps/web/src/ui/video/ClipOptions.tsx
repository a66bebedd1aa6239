import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { VideoFacts } from "../../domain/document.js";
import { frameOf, lastFrameOf, type PlaceInTime, parsePlace } from "../../domain/place-in-time.js";
import type { SoundPlan } from "../../domain/sound-plan.js";
import { framesAtSpeed, lengthOf } from "../../domain/speed.js";
import type { VideoFormat } from "../../protocol/clip.js";
import {
  exportRange,
  exportSpeed,
  isMovie,
  isWhole,
  keepSound,
  keepsSound,
  setExportSpeed,
  soundPlan,
  wishWhole,
} from "../../state/video/export-choices.js";
import { setRange } from "../../state/video/range.js";
import { fill, words } from "../../words/words.js";
import { Switch } from "../dialogs/Switch.js";
import { Segments } from "../Segments.js";
import { SpeedChoice } from "./SpeedChoice.js";
import { soundText } from "./sound-text.js";
import { timeText } from "./time-text.js";

interface Props {
  readonly id: string;
  readonly facts: VideoFacts;
  readonly format: VideoFormat;
}

/** Which part of a video is exported, how fast, and whether with its sound. */
export function ClipOptions({ id, facts, format }: Props): JSX.Element {
  const text = words().clip;
  return (
    <>
      <div class="option">
        {text.frames}
        <Segments
          label={text.frames}
          options={[
            { id: "whole", name: text.whole },
            { id: "part", name: text.part },
          ]}
          chosen={isWhole.value ? "whole" : "part"}
          onChoose={(chosen) => wishWhole(chosen === "whole")}
          testId={(chosen) => `clip-${chosen}`}
        />
      </div>
      {!isWhole.value && <PartFields facts={facts} />}
      {isMovie(format) && (
        <div class="option">
          {text.speed}
          <SpeedChoice
            label={text.speed}
            speed={exportSpeed.value}
            onChoose={setExportSpeed}
            testId="export-speed"
          />
        </div>
      )}
      {isMovie(format) && <Sound id={id} format={format} />}
      <Facts facts={facts} format={format} />
    </>
  );
}

/** Where the part begins and ends, as times or numbers of frames. They move the marks on the timeline. */
function PartFields({ facts: { times, duration } }: Pick<Props, "facts">): JSX.Element {
  const text = words().clip;
  const { first, last } = exportRange.value;
  return (
    <div class="option part-fields">
      <PlaceField
        name={text.from}
        testId="clip-from"
        shown={timeText(times[first] ?? 0)}
        onPlace={(place) => {
          const begin = frameOf(place, times);
          setRange(begin, Math.max(begin, last));
        }}
      />
      <PlaceField
        name={text.to}
        testId="clip-to"
        shown={timeText(times[last + 1] ?? duration)}
        onPlace={(place) => {
          const end = lastFrameOf(place, times);
          setRange(Math.min(first, end), end);
        }}
      />
    </div>
  );
}

function PlaceField(props: {
  readonly name: string;
  readonly testId: string;
  readonly shown: string;
  readonly onPlace: (place: PlaceInTime) => void;
}): JSX.Element {
  const [typed, setTyped] = useState<string | null>(null);
  const isWrong = typed !== null && parsePlace(typed) === null;
  return (
    <label class="part-field">
      {props.name}
      <input
        class="text-input num"
        dir="ltr"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={isWrong}
        title={words().timeline.goToHint}
        placeholder={words().timeline.goToHint}
        data-testid={props.testId}
        value={typed ?? props.shown}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => {
          const place = parsePlace(currentTarget.value);
          // What cannot be read stays to be mended.
          if (!place) return;
          props.onPlace(place);
          setTyped(null);
        }}
      />
      {isWrong && <span class="frame-note">{words().timeline.goToWrong}</span>}
    </label>
  );
}

function Sound({ id, format }: Omit<Props, "facts">): JSX.Element | null {
  const [plan, setPlan] = useState<SoundPlan | undefined>();
  useEffect(() => {
    let isCurrent = true;
    setPlan(undefined);
    void soundPlan(id, format).then((found) => isCurrent && setPlan(found));
    return () => {
      isCurrent = false;
    };
  }, [id, format]);
  if (!plan) return null;
  const canKeep = plan.fate === "copied" || plan.fate === "encoded";
  return (
    <>
      {canKeep && exportSpeed.value === 1 && (
        <Switch name={words().clip.sound} testId="with-sound" isOn={keepsSound.value} onChange={keepSound} />
      )}
      <p class="frame-note" data-testid="sound-note">
        {soundText(plan, exportSpeed.value, keepsSound.value)}
      </p>
    </>
  );
}

/** What is exported, in words. */
function Facts({ facts: { times, duration }, format }: Omit<Props, "id">): JSX.Element {
  const text = words().clip;
  const range = exportRange.value;
  const count = range.last - range.first + 1;
  const speed = isMovie(format) ? exportSpeed.value : 1;
  const left = count - framesAtSpeed(times, duration, range, speed).length;
  const parts = [
    fill(text.says, {
      first: range.first + 1,
      last: range.last + 1,
      total: times.length,
      time: timeText(lengthOf(times, duration, range) / speed),
    }),
    left > 0 ? fill(text.dropped, { count: left }) : "",
    !isMovie(format) && count < times.length ? text.numbers : "",
  ];
  return (
    <p class="frame-note num" data-testid="clip-facts">
      {parts.filter((part) => part !== "").join(" ")}
    </p>
  );
}
