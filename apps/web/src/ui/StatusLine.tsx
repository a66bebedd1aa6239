import type { JSX } from "preact";
import { everything } from "../state/everything.js";
import { chosenIds, encoding, loading, model, notice, object, photo } from "../state/session.js";
import { fill, words } from "../words/words.js";

/** What was just done, what is running, or the one next hint. */
export function StatusLine(): JSX.Element {
  return (
    <div class="status num" data-testid="status">
      {statusText()}
    </div>
  );
}

function statusText(): string {
  if (notice.value) return notice.value;
  if (everything.value) return words().stage.chooseFound;
  if (loading.value && !model.value) return fill(words().welcome.gettingReady, { name: loading.value.name });
  if (encoding.value) return words().stage.preparing;
  const objects = photo.value?.objects.length ?? 0;
  if (objects === 0) return words().stage.clickFirst;
  if (chosenIds.value.size > 1) return fill(words().objects.chosen, { count: chosenIds.value.size });
  const points = object.value?.points.length ?? 0;
  return points === 1 && objects === 1 ? words().stage.clickWrong : "";
}
