import type { JSX } from "preact";
import { askedAgain, othersMasks, takeAgain } from "../state/again.js";
import { model, object } from "../state/session.js";

/** Masks stay as they were seen when another model comes; here it can be asked for them. */
export function AgainOffer(): JSX.Element | null {
  const count = othersMasks.value.length;
  if (count === 0) return null;
  const asked = askedAgain();
  const isChosen = asked.length === 1 && asked[0] === object.value?.id;
  const whom = isChosen ? object.value?.name : count === 1 ? "it" : `all ${count}`;
  return (
    <div class="again" role="group" aria-label="Masks of another model">
      <span class="dim grow">
        {count} {count === 1 ? "mask is" : "masks are"} another model’s
      </span>
      <button type="button" class="button small" data-testid="ask-again" onClick={takeAgain}>
        Ask {model.value?.name} for {whom}
      </button>
    </div>
  );
}
