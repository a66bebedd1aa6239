import type { JSX } from "preact";
import type { VideoFacts } from "../../domain/document.js";
import { frameAt } from "../../domain/frame-at.js";
import { clearRange, markIn, markOut, setRange, shownRange } from "../../state/video/range.js";
import { words } from "../../words/words.js";
import { Icon } from "../icons.js";
import { share } from "./share.js";

/** Buttons that mark a part of the video at the playhead. Time runs from left to right in every language. */
export function MarkButtons(): JSX.Element {
  const text = words().timeline;
  const isMarked = shownRange.value !== null;
  return (
    <span class="mark-buttons" dir="ltr">
      <button
        type="button"
        class="icon-button"
        aria-label={text.markIn}
        title={text.markIn}
        data-testid="mark-in"
        onClick={markIn}
      >
        <Icon name="markIn" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={text.markOut}
        title={text.markOut}
        data-testid="mark-out"
        onClick={markOut}
      >
        <Icon name="markOut" />
      </button>
      {isMarked && (
        <button
          type="button"
          class="icon-button"
          aria-label={text.markNone}
          title={text.markNone}
          data-testid="mark-none"
          onClick={clearRange}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}

interface Props {
  readonly facts: VideoFacts;
}

/** What lies outside the part is dimmed; its ends can be dragged. */
export function RangeMark({ facts: { times, duration } }: Props): JSX.Element | null {
  const chosen = shownRange.value;
  if (!chosen) return null;
  const { first, last } = chosen;
  const end = times[last + 1] ?? duration;
  return (
    <>
      <span
        class="range-shade"
        style={{ insetInlineStart: 0, inlineSize: share(times[first] ?? 0, duration) }}
      />
      <span
        class="range-shade is-after"
        style={{ insetInlineStart: share(end, duration), insetInlineEnd: 0 }}
      />
      <Handle
        kind="in"
        at={share(times[first] ?? 0, duration)}
        onDrag={(part) => setRange(Math.min(last, frameAt(times, part * duration)), last)}
      />
      <Handle
        kind="out"
        at={share(end, duration)}
        onDrag={(part) => setRange(first, Math.max(first, frameAt(times, part * duration)))}
      />
    </>
  );
}

/** The buttons do the same by key, so it is for pointers alone. */
function Handle(props: {
  readonly kind: "in" | "out";
  /** Where it lies, in per cent. */
  readonly at: string;
  /** @param part  of the strip, 0 to 1 */
  readonly onDrag: (part: number) => void;
}): JSX.Element {
  const drag = (event: PointerEvent) => {
    event.stopPropagation();
    const handle = event.currentTarget as HTMLElement;
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const strip = handle.parentElement?.getBoundingClientRect();
    if (!strip) return;
    props.onDrag(Math.min(1, Math.max(0, (event.clientX - strip.left) / strip.width)));
  };
  return (
    <span
      class={`range-end is-${props.kind}`}
      aria-hidden="true"
      data-testid={`mark-${props.kind}-handle`}
      style={{ insetInlineStart: props.at }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={(event) => event.stopPropagation()}
    />
  );
}
