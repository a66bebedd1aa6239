import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { VideoFacts } from "../../domain/document.js";
import { frameAt } from "../../domain/frame-at.js";
import { jump } from "../../state/video/jump.js";
import { isPlaying, playhead, scrub, stepFrame, togglePlaying } from "../../state/video/playback.js";
import { setRange } from "../../state/video/range.js";
import { video } from "../../state/video/tracks.js";
import { fill, words } from "../../words/words.js";
import { Icon } from "../icons.js";
import { Lanes } from "./Lanes.js";
import { MarkButtons, RangeMark } from "./Marks.js";
import { PlaySpeed } from "./SpeedChoice.js";
import { Strip } from "./Strip.js";
import { share } from "./share.js";
import { TimeField } from "./TimeField.js";
import { TrackBar } from "./TrackBar.js";
import { rulerStep, shortTime, timeText } from "./time-text.js";

/** Across the bottom while a video is open: player, ruler, strip of frames, one lane per object. */
export function Timeline(): JSX.Element | null {
  const shown = video.value;
  if (shown?.video.kind !== "file") return null;
  const text = words().timeline;
  return (
    <section class="timeline card" aria-label={text.title} data-testid="timeline">
      <div class="timeline-head">
        <span class="transport" dir="ltr">
          <button
            type="button"
            class="icon-button"
            aria-label={text.previous}
            title={text.previousKey}
            data-testid="previous-frame"
            onClick={() => stepFrame(-1)}
          >
            <Icon name="next" isFlipped />
          </button>
          <button
            type="button"
            class="icon-button play"
            aria-label={isPlaying.value ? text.pause : text.play}
            title={text.playKey}
            data-testid="play"
            onClick={togglePlaying}
          >
            <Icon name={isPlaying.value ? "pause" : "play"} />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={text.next}
            title={text.nextKey}
            data-testid="next-frame"
            onClick={() => stepFrame(1)}
          >
            <Icon name="next" />
          </button>
        </span>
        <TimeField facts={shown.video} />
        <span class="clip-tools">
          <PlaySpeed testId="speed" />
          <MarkButtons />
        </span>
        <span class="grow" />
        <TrackBar />
      </div>
      <Tracks id={shown.id} facts={shown.video} />
    </section>
  );
}

/** What lies along the time: everything in it is placed in shares of the duration. */
function Tracks({ id, facts }: { id: string; facts: VideoFacts }): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const width = useSignal(800);
  const isDragging = useSignal(false);
  /** Where a range was begun. */
  const rangeStart = useSignal<number | null>(null);
  const { times, duration } = facts;
  useEffect(() => {
    if (!area.current) return;
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.max(40, entry?.contentRect.width ?? 800);
    });
    observer.observe(area.current);
    return () => observer.disconnect();
  }, []);
  const frameOf = (event: PointerEvent) =>
    frameAt(times, Math.max(0, (event.offsetX / width.value) * duration));
  const scrubTo = (event: PointerEvent) => {
    const frame = frameOf(event);
    if (rangeStart.value !== null) setRange(rangeStart.value, frame);
    scrub(frame);
  };
  const step = rulerStep(duration, width.value / 74);
  const marks = Array.from({ length: Math.floor(duration / step + 1e-6) + 1 }, (_, i) => i * step);
  const at = share(times[playhead.value] ?? 0, duration);
  return (
    <div class="timeline-body" dir="ltr">
      <div class="timeline-time">
        <div class="ruler num" aria-hidden="true">
          {marks.map((seconds) => (
            <span key={seconds} style={{ insetInlineStart: share(seconds, duration) }}>
              {step < 1 ? seconds.toFixed(1) : shortTime(seconds)}
            </span>
          ))}
        </div>
        <div
          ref={area}
          class="strip-area"
          role="slider"
          tabIndex={0}
          aria-label={words().timeline.frame}
          aria-valuemin={1}
          aria-valuemax={times.length}
          aria-valuenow={playhead.value + 1}
          aria-valuetext={fill(words().timeline.at, {
            time: timeText(times[playhead.value] ?? 0),
            frame: playhead.value + 1,
          })}
          data-testid="strip"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            isDragging.value = true;
            rangeStart.value = event.shiftKey ? frameOf(event) : null;
            scrubTo(event);
          }}
          onPointerMove={(event) => isDragging.value && scrubTo(event)}
          onPointerUp={() => {
            isDragging.value = false;
          }}
          onPointerCancel={() => {
            isDragging.value = false;
          }}
          onKeyDown={(event) => {
            const by = SLIDER_KEYS[event.key];
            const isJump = by === undefined && jump(event);
            if (by === undefined && !isJump) return;
            event.preventDefault();
            event.stopPropagation();
            if (by === undefined) return;
            if (Math.abs(by) === Number.POSITIVE_INFINITY) scrub(by > 0 ? times.length - 1 : 0);
            else stepFrame(by);
          }}
        >
          <Strip id={id} width={width.value} />
          <RangeMark facts={facts} />
          <span class="playhead" style={{ insetInlineStart: at }} />
        </div>
      </div>
      <Lanes facts={facts} at={at} />
    </div>
  );
}

const SLIDER_KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
