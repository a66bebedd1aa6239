import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { doubtfulFrames } from "../../domain/lanes.js";
import type { TrackDirection } from "../../domain/plan.js";
import { model, object, objectId, openDialog } from "../../state/session.js";
import { freezeFrame } from "../../state/video/freeze-frame.js";
import { playhead, scrub } from "../../state/video/playback.js";
import { clearRange, markIn, markOut, shownRange } from "../../state/video/range.js";
import {
  isAnswering,
  isContinuing,
  open,
  pauseTracking,
  resumeTracking,
  run,
  scope,
  setScope,
  startTracking,
  stopTracking,
} from "../../state/video/tracker.js";
import { currentTracks, video } from "../../state/video/tracks.js";
import { lengthText, numberText, rateText } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";
import { Icon } from "../icons.js";
import { Segments } from "../Segments.js";
import { PlaySpeed } from "./SpeedChoice.js";

const isMenuOpen = signal(false);

const DIRECTIONS: readonly TrackDirection[] = ["both", "forward", "backward"];

/** What tracking does, and the button that begins, pauses and continues it. */
export function TrackBar(): JSX.Element {
  const now = run.value;
  if (now?.isAsking) return <Question />;
  const text = words().track;
  return (
    <>
      <span class="track-status num" data-testid="track-status">
        {statusText()}
      </span>
      <ToCheck />
      {now && (
        <button type="button" class="button small" data-testid="track-stop" onClick={stopTracking}>
          {text.stop}
        </button>
      )}
      <div class="split">
        {now && !now.isPaused ? (
          <button type="button" class="button primary" data-testid="track-pause" onClick={pauseTracking}>
            <Icon name="pause" />
            {text.pause}
          </button>
        ) : (
          <button
            type="button"
            class="button primary"
            data-testid="track"
            title={text.trackKey}
            disabled={open.value.length === 0 || !model.value}
            onClick={() => (now ? resumeTracking() : startTracking())}
          >
            <Icon name="track" />
            {isContinuing.value || now ? text.continue : text.track}
          </button>
        )}
        <button
          type="button"
          class="button primary caret"
          aria-label={text.how}
          aria-expanded={isMenuOpen.value}
          data-testid="track-menu"
          onClick={() => {
            isMenuOpen.value = !isMenuOpen.value;
          }}
        >
          <Icon name="down" />
        </button>
        {isMenuOpen.value && <Menu />}
      </div>
    </>
  );
}

/** Without a GPU a long track is not begun without a word. */
function Question(): JSX.Element {
  const { framesPerSecond = 1, total = 0, done = 0 } = run.value ?? {};
  const text = words().track;
  return (
    <div class="track-question" role="alertdialog" aria-label={text.long} data-testid="track-question">
      <span class="num">
        {fill(text.longText, {
          rate: rateText(framesPerSecond),
          time: lengthText((total - done) / framesPerSecond),
        })}
      </span>
      {model.value?.name !== "nano" && (
        <button type="button" class="button small" onClick={() => openDialog("models")}>
          {text.smaller}
        </button>
      )}
      <button type="button" class="button small" data-testid="track-stop" onClick={stopTracking}>
        {text.stop}
      </button>
      <button
        type="button"
        class="button small primary"
        data-testid="track-anyway"
        onClick={() => resumeTracking()}
      >
        {text.goOn}
      </button>
    </div>
  );
}

function Menu(): JSX.Element {
  const text = words().track;
  return (
    <div class="track-options card" data-testid="track-options">
      <Segments
        label={text.direction}
        options={DIRECTIONS.map((id) => ({ id, name: text[id] }))}
        chosen={scope.value.direction}
        onChoose={(direction) => setScope({ direction })}
        testId={(id) => `direction-${id}`}
      />
      <label class="option">
        {object.value ? fill(text.only, { name: object.value.name }) : text.onlyChosen}
        <input
          type="checkbox"
          class="switch"
          checked={scope.value.isOnlyChosen}
          disabled={!objectId.value}
          onChange={({ currentTarget }) => setScope({ isOnlyChosen: currentTarget.checked })}
        />
      </label>
      <RangeChoice />
      <div class="option phone-speed">
        {words().clip.speed}
        <PlaySpeed testId="speed-phone" />
      </div>
      <button type="button" class="button" data-testid="freeze" onClick={() => void freezeFrame()}>
        <Icon name="lift" />
        {text.asPhoto}
      </button>
    </div>
  );
}

/** From which frame to which, set by where the playhead is. */
function RangeChoice(): JSX.Element {
  const text = words().track;
  const count = video.value?.video.times.length ?? 1;
  const { first, last } = shownRange.value ?? { first: 0, last: count - 1 };
  return (
    <div class="option range-option">
      <span class="num" data-testid="range-text">
        {shownRange.value ? fill(text.range, { first: first + 1, last: last + 1 }) : text.allFrames}
      </span>
      <button
        type="button"
        class="button small"
        title={text.fromTitle}
        data-testid="range-from"
        onClick={markIn}
      >
        {text.from}
      </button>
      <button
        type="button"
        class="button small"
        title={text.toTitle}
        data-testid="range-to"
        onClick={markOut}
      >
        {text.to}
      </button>
      {shownRange.value && (
        <button type="button" class="button small" data-testid="range-all" onClick={clearRange}>
          {text.all}
        </button>
      )}
    </div>
  );
}

function ToCheck(): JSX.Element | null {
  const frames = [
    ...new Set([...currentTracks.value.values()].flatMap((track) => doubtfulFrames(track))),
  ].sort((a, b) => a - b);
  if (frames.length === 0) return null;
  const next = frames.find((frame) => frame > playhead.value) ?? frames[0] ?? 0;
  return (
    <button
      type="button"
      class="button small to-check"
      title={words().track.doubtTitle}
      data-testid="to-check"
      onClick={() => scrub(next)}
    >
      <i aria-hidden="true" />
      <span>
        {numberText(frames.length)}
        <span class="desktop"> {fill(words().track.doubts, { count: frames.length })}</span>
      </span>
    </button>
  );
}

function statusText(): string {
  const text = words().track;
  const now = run.value;
  const objects = video.value?.objects ?? [];
  if (now) {
    if (now.isPaused) return fill(text.paused, { count: now.total - now.done });
    if (now.framesPerSecond === 0) return text.gettingReady;
    const rate = now.framesPerSecond;
    const time = lengthText((now.total - now.done) / rate);
    return fill(text.running, { about: now.about, rate: rateText(rate), time });
  }
  if (isAnswering.value) return text.looking;
  if (objects.length === 0) return text.clickFirst;
  const count = open.value.length;
  if (count === 0) return shownRange.value ? text.rangeTracked : text.allTracked;
  if (shownRange.value) return fill(text.rangeLeft, { count });
  return fill(isContinuing.value ? text.again : text.left, { count });
}
