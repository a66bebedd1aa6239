import type { JSX } from "preact";
import { missingIds } from "../state/missing.js";
import { picker } from "../state/picker.js";
import { photo, problem, project } from "../state/session.js";
import { fill, words } from "../words/words.js";

/** Over a photo whose picture is missing: what is kept, and how to give it again. */
export function MissingNote(): JSX.Element | null {
  const shown = photo.value;
  // What went wrong stands over it, and may say the same.
  if (!shown || problem.value || !missingIds.value.has(shown.id)) return null;
  const text = words().stage;
  return (
    <div class="missing-note card" role="group" aria-label={text.missing} data-testid="missing">
      <span>{fill(text.missingText, { name: shown.name })}</span>
      {!project.value?.isReadOnly && (
        <button type="button" class="button small" data-testid="give-picture" onClick={() => picker.open()}>
          {text.givePicture}
        </button>
      )}
    </div>
  );
}
