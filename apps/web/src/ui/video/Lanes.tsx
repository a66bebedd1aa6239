import type { JSX } from "preact";
import { inkOn, objectColor } from "../../domain/colors.js";
import type { ObjectDoc, VideoFacts } from "../../domain/document.js";
import { doubtfulFrames, type LaneKind, laneParts } from "../../domain/lanes.js";
import { choose } from "../../state/selection.js";
import { objectId } from "../../state/session.js";
import { scrub } from "../../state/video/playback.js";
import { currentTracks, tracksVersion, video } from "../../state/video/tracks.js";
import { fill, words } from "../../words/words.js";
import { useInSight } from "../use-in-sight.js";
import { share } from "./share.js";
import { timeText } from "./time-text.js";

interface Props {
  readonly facts: VideoFacts;
  /** Where the playhead is, in per cent. */
  readonly at: string;
}

export function Lanes({ facts, at }: Props): JSX.Element | null {
  const objects = video.value?.objects ?? [];
  if (objects.length === 0) return null;
  void tracksVersion.value;
  return (
    <div class="lanes" role="list" aria-label={words().timeline.tracks}>
      {objects.map((object) => (
        <Lane key={object.id} object={object} facts={facts} at={at} />
      ))}
    </div>
  );
}

function Lane({ object, facts, at }: Props & { readonly object: ObjectDoc }): JSX.Element {
  const text = words().timeline;
  const { times, duration } = facts;
  const track = currentTracks.value.get(object.id);
  const parts = laneParts(track, times.length);
  const color = objectColor(object.number);
  const isChosen = object.id === objectId.value;
  const when = (frame: number) => (frame >= times.length ? duration : (times[frame] ?? 0));
  const count = (kind: LaneKind) =>
    parts.reduce((sum, { kind: own, from, to }) => sum + (own === kind ? to - from : 0), 0);
  const row = useInSight<HTMLDivElement>(isChosen);
  return (
    <div
      ref={row}
      class={isChosen ? "lane-row chosen" : "lane-row"}
      role="listitem"
      data-testid="lane"
      data-present={count("present")}
      data-hidden={count("hidden")}
      data-old={count("old")}
      data-missing={count("missing")}
    >
      <button type="button" class="lane-name" aria-pressed={isChosen} onClick={() => choose([object.id])}>
        <span class="number num" style={{ background: color, color: inkOn(color) }}>
          {object.number}
        </span>
        <span class="lane-text">
          <bdi>{object.name}</bdi>
        </span>
        <span class="visually-hidden">
          {fill(text.lane, {
            seen: count("present"),
            total: times.length,
            old: count("old"),
            missing: count("missing"),
          })}
        </span>
      </button>
      <div class="lane" style={{ "--lane": color }}>
        {parts.map(({ kind, from, to }) => (
          <span
            key={from}
            class={`lane-part is-${kind}`}
            style={{
              insetInlineStart: share(when(from), duration),
              inlineSize: share(when(to) - when(from), duration),
            }}
          />
        ))}
        <span class="lane-now" style={{ insetInlineStart: at }} />
        {doubtfulFrames(track).map((frame) => (
          <button
            key={`wedge ${frame}`}
            type="button"
            class="wedge"
            data-testid="wedge"
            aria-label={fill(text.doubt, { name: object.name, time: timeText(when(frame)) })}
            style={{ insetInlineStart: share(when(frame), duration) }}
            onClick={() => goTo(object, frame)}
          />
        ))}
        {Object.entries(object.frames).map(([key, { points, box, mask, choice }]) => (
          <button
            key={key}
            type="button"
            class={`lane-prompt${mask && choice === null ? " is-hand" : box ? " is-box" : ""}`}
            data-testid="lane-prompt"
            aria-label={fill(text.prompt, { name: object.name, time: timeText(when(Number(key))) })}
            style={{ insetInlineStart: share(when(Number(key)), duration) }}
            onClick={() => goTo(object, Number(key))}
          >
            {(mask && choice === null) || box ? "" : points.at(-1)?.isInclude ? "+" : "−"}
          </button>
        ))}
      </div>
    </div>
  );
}

function goTo(object: ObjectDoc, frame: number): void {
  choose([object.id]);
  scrub(frame);
}
