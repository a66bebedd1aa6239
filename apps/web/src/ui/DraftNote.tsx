import type { JSX } from "preact";
import { stayWithDrafts } from "../state/encoding.js";
import { isDraft } from "../state/masks.js";
import { encoding, isDraftOnly, leaveDrafts, model, photo, refining } from "../state/session.js";
import { fill, words } from "../words/words.js";
import { useSecondsLeft } from "./seconds-left.js";

/** Tells that masks are of a draft, when the whole photo will be ready, and which of the two is wanted. */
export function DraftNote(): JSX.Element | null {
  const shown = photo.value;
  const under = refining.value?.photoId === shown?.id ? refining.value : null;
  const left = useSecondsLeft(under);
  if (!shown || !isDraft(shown.id) || encoding.value) return null;
  const text = words().stage;
  const side = `${model.value?.draftSize}`;
  return (
    <div class="draft-note card" role="group" aria-label={text.draft} data-testid="draft">
      <span class="num">
        {isDraftOnly.value ? fill(text.draftOf, { side }) : fill(text.draftDue, { side, when: left })}
      </span>
      {isDraftOnly.value ? (
        <button type="button" class="button small" data-testid="full-size" onClick={leaveDrafts}>
          {text.fullSize}
        </button>
      ) : (
        <button type="button" class="button small" data-testid="draft-only" onClick={stayWithDrafts}>
          {text.draftOnly}
        </button>
      )}
    </div>
  );
}
