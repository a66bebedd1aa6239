import type { JSX } from "preact";
import { askedAgain, othersMasks, takeAgain } from "../state/again.js";
import { model, object } from "../state/session.js";
import { fill, words } from "../words/words.js";

/** Masks stay as they were seen when another model comes; here it can be asked for them. */
export function AgainOffer(): JSX.Element | null {
  const count = othersMasks.value.length;
  if (count === 0) return null;
  const asked = askedAgain();
  const isChosen = asked.length === 1 && asked[0] === object.value?.id;
  const { objects } = words();
  const by = model.value?.name ?? "";
  const ask = isChosen
    ? fill(objects.askName, { model: by, name: object.value?.name ?? "" })
    : count === 1
      ? fill(objects.askIt, { model: by })
      : fill(objects.askAll, { model: by, total: count });
  return (
    <div class="again" role="group" aria-label={objects.otherModel}>
      <span class="dim grow">{fill(objects.others, { count })}</span>
      <button type="button" class="button small" data-testid="ask-again" onClick={takeAgain}>
        {ask}
      </button>
    </div>
  );
}
