import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { VideoFacts } from "../../domain/document.js";
import { frame } from "../../state/session.js";
import { closeGoTo, goTo, isGoingTo, openGoTo } from "../../state/video/go-to.js";
import { fill, words } from "../../words/words.js";
import { timeText } from "./time-text.js";

/** The time of the frame on screen; pressed, a field for the one to go to. */
export function TimeField({ facts: { times, duration } }: { readonly facts: VideoFacts }): JSX.Element {
  const text = words().timeline;
  if (isGoingTo.value) return <Field />;
  return (
    <button type="button" class="time num" title={text.goTo} data-testid="go-to" onClick={openGoTo}>
      <span class="visually-hidden">{text.goTo}</span>
      <b data-testid="time">{timeText(times[frame.value] ?? 0)}</b>
      <span class="dim">
        <span class="desktop">
          {fill(text.position, {
            duration: timeText(duration),
            frame: frame.value + 1,
            total: times.length,
          })}
        </span>
      </span>
    </button>
  );
}

function Field(): JSX.Element {
  const text = words().timeline;
  const input = useRef<HTMLInputElement>(null);
  const [isWrong, setWrong] = useState(false);
  // Before the next paint: a key or click that follows at once finds the field in focus.
  useLayoutEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => {
      closeGoTo();
      // The button of the time is new; whatever else had the focus has it again.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <form
      class="go-to"
      onSubmit={(event) => {
        event.preventDefault();
        if (goTo(input.current?.value ?? "")) closeGoTo();
        else setWrong(true);
      }}
    >
      <input
        ref={input}
        class="text-input num"
        dir="ltr"
        inputMode="text"
        enterkeyhint="go"
        autocomplete="off"
        spellcheck={false}
        aria-label={text.goToField}
        aria-invalid={isWrong}
        placeholder={text.goToHint}
        title={isWrong ? text.goToWrong : text.goTo}
        data-testid="go-to-field"
        onInput={() => setWrong(false)}
        onBlur={closeGoTo}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          closeGoTo();
        }}
      />
      {isWrong && <span class="go-to-wrong card">{text.goToWrong}</span>}
    </form>
  );
}
