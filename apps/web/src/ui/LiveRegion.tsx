import type { JSX } from "preact";
import { announcement, problem } from "../state/session.js";

/** What screen readers say: news politely, problems at once. */
export function LiveRegion(): JSX.Element {
  return (
    <>
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
        {announcement.value}
      </div>
      <div class="visually-hidden" role="alert">
        {problem.value?.text}
      </div>
    </>
  );
}
