import type { JSX } from "preact";
import { encoded, photoId } from "../state/session.js";
import { stopSubject, subjectOf, takeSubject } from "../state/subject.js";
import { words } from "../words/words.js";
import { Icon } from "./icons.js";

/** Takes the main subject of the photo without a click; pressed again, it stops. */
export function SubjectButton({ isLong = false }: { readonly isLong?: boolean }): JSX.Element {
  const text = words().subject;
  const isLooking = subjectOf.value !== null;
  const isReady = encoded.value.has(photoId.value ?? "");
  const name = isLooking ? text.stop : text.take;
  return (
    <button
      type="button"
      class={`${isLong ? "button" : "icon-button"}${isLooking ? " on" : ""}`}
      data-testid={isLong ? "subject-first" : "subject"}
      aria-label={name}
      aria-busy={isLooking}
      title={text.title}
      disabled={!isReady && !isLooking}
      onClick={() => (isLooking ? stopSubject() : void takeSubject())}
    >
      <Icon name="subject" />
      {isLong && name}
    </button>
  );
}
