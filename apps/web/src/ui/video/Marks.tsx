import type { JSX } from "preact";
import type { VideoFacts } from "../../domain/document.js";
import { frameAt } from "../../domain/frame-at.js";
import { clearRange, markIn, markOut, setRange, shownRange } from "../../state/video/range.js";
import { words } from "../../words/words.js";
import { Icon, type IconName } from "../icons.js";
import { share } from "./share.js";

/** Buttons that mark a part of the video at the playhead. Time runs from left to right in every language. */
export function MarkButtons(): JSX.Element {
  const text = words().timeline;
  const isMarked = shownRange.value !== null;
  return (
    <span class="mark-buttons" dir="ltr">
      <MarkButton name={text.markIn} testId="mark-in" icon="markIn" onClick={markIn} />
      <MarkButton name={text.markOut} testId="mark-out" icon="markOut" onClick={markOut} />
      {isMarked && <MarkButton name={text.markNone} testId="mark-none" icon="close" onClick={clearRange} />}
    </span>
  );
}

function MarkButton(props: {
  readonly name: string;
  readonly testId: string;
  readonly icon: IconName;
  readonly onClick: () => void;
}): JSX.Element {
  const { name, testId, icon, onClick } = props;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={name}
      title={name}
      data-testid={testId}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
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
