import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { doubtfulFrames } from "../../domain/lanes.js";
import type { TrackDirection } from "../../domain/plan.js";
import { dialog, model, object, objectId } from "../../state/session.js";
import { freezeFrame } from "../../state/video/freeze-frame.js";
import { playhead, scrub } from "../../state/video/playback.js";
import {
  isAnswering,
  isContinuing,
  open,
  pauseTracking,
  range,
  resumeTracking,
  run,
  scope,
  setRange,
  shownRange,
  startTracking,
  stopTracking,
} from "../../state/video/tracker.js";
import { currentTracks, video } from "../../state/video/tracks.js";
import { arrowKeys } from "../arrow-keys.js";
import { Icon } from "../icons.js";
import { lengthText } from "./time-text.js";

const isMenuOpen = signal(false);

const DIRECTIONS: readonly { readonly id: TrackDirection; readonly name: string }[] = [
  { id: "both", name: "Both ways" },
  { id: "forward", name: "Forward" },
  { id: "backward", name: "Backward" },
];

/** What tracking does, and the button that begins, pauses and continues it. */
export function TrackBar(): JSX.Element {
  const now = run.value;
  if (now?.isAsking) return <Question />;
  return (
    <>
      <span class="track-status num" data-testid="track-status">
        {statusText()}
      </span>
      <ToCheck />
      {now && (
        <button type="button" class="button small" data-testid="track-stop" onClick={stopTracking}>
          Stop
        </button>
      )}
      <div class="split">
        {now && !now.isPaused ? (
          <button type="button" class="button primary" data-testid="track-pause" onClick={pauseTracking}>
            <Icon name="pause" />
            Pause
          </button>
        ) : (
          <button
            type="button"
            class="button primary"
            data-testid="track"
            title="Track (T)"
            disabled={open.value.length === 0 || !model.value}
            onClick={() => (now ? resumeTracking() : startTracking())}
          >
            <Icon name="track" />
            {isContinuing.value || now ? "Continue" : "Track"}
          </button>
        )}
        <button
          type="button"
          class="button primary caret"
          aria-label="How to track"
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
  const rate = framesPerSecond < 10 ? framesPerSecond.toFixed(1) : Math.round(framesPerSecond);
  return (
    <div class="track-question" role="alertdialog" aria-label="This takes long" data-testid="track-question">
      <span class="num">
        About {rate} frames/s here: {lengthText((total - done) / framesPerSecond)}.
      </span>
      {model.value?.name !== "nano" && (
        <button
          type="button"
          class="button small"
          onClick={() => {
            dialog.value = "models";
          }}
        >
          Smaller model
        </button>
      )}
      <button type="button" class="button small" data-testid="track-stop" onClick={stopTracking}>
        Stop
      </button>
      <button
        type="button"
        class="button small primary"
        data-testid="track-anyway"
        onClick={() => resumeTracking()}
      >
        Go on
      </button>
    </div>
  );
}

function Menu(): JSX.Element {
  return (
    <div class="track-options card" data-testid="track-options">
      <div class="segments" role="radiogroup" aria-label="Direction" onKeyDown={arrowKeys}>
        {DIRECTIONS.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={scope.value.direction === id}
            class={scope.value.direction === id ? "on" : ""}
            data-testid={`direction-${id}`}
            onClick={() => {
              scope.value = { ...scope.value, direction: id };
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <label class="option">
        {object.value ? `Only ${object.value.name}` : "Only the chosen object"}
        <input
          type="checkbox"
          class="switch"
          checked={scope.value.isOnlyChosen}
          disabled={!objectId.value}
          onChange={({ currentTarget }) => {
            scope.value = { ...scope.value, isOnlyChosen: currentTarget.checked };
          }}
        />
      </label>
      <RangeChoice />
      <button type="button" class="button" data-testid="freeze" onClick={() => void freezeFrame()}>
        <Icon name="lift" />
        This frame as a photo
      </button>
    </div>
  );
}

/** From which frame to which, set by where the playhead is. */
function RangeChoice(): JSX.Element {
  const count = video.value?.video.times.length ?? 1;
  const { first, last } = shownRange.value ?? { first: 0, last: count - 1 };
  return (
    <div class="option range-option">
      <span class="num" data-testid="range-text">
        {shownRange.value ? `Frames ${first + 1} to ${last + 1}` : "All frames"}
      </span>
      <button
        type="button"
        class="button small"
        title="Track from the frame that is shown"
        data-testid="range-from"
        onClick={() => setRange(playhead.value, Math.max(last, playhead.value))}
      >
        From here
      </button>
      <button
        type="button"
        class="button small"
        title="Track to the frame that is shown"
        data-testid="range-to"
        onClick={() => setRange(Math.min(first, playhead.value), playhead.value)}
      >
        To here
      </button>
      {shownRange.value && (
        <button
          type="button"
          class="button small"
          data-testid="range-all"
          onClick={() => {
            range.value = null;
          }}
        >
          All
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
      title="Show the next frame that is worth a look"
      data-testid="to-check"
      onClick={() => scrub(next)}
    >
      <i aria-hidden="true" />
      <span>
        {frames.length}
        <span class="desktop"> doubtful {frames.length === 1 ? "frame" : "frames"}</span>
      </span>
    </button>
  );
}

function statusText(): string {
  const now = run.value;
  const objects = video.value?.objects ?? [];
  if (now) {
    if (now.isPaused) return `Paused, ${now.total - now.done} frames left`;
    if (now.framesPerSecond === 0) return "Getting ready";
    const rate = now.framesPerSecond;
    const left = lengthText((now.total - now.done) / rate);
    return `${now.about} · ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} frames/s · ${left} left`;
  }
  if (isAnswering.value) return "Looking";
  if (objects.length === 0) return "Click an object, on any frame";
  const steps = open.value.length;
  if (steps === 0) return shownRange.value ? "The range is tracked" : "All frames tracked";
  if (shownRange.value) return `${steps} frames of the range to track`;
  return isContinuing.value ? `${steps} frames to track again` : `${steps} frames to track`;
}
