import type { JSX } from "preact";
import { everything } from "../state/everything.js";
import { chosenIds, encoding, loading, model, notice, object, photo } from "../state/session.js";

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
  if (everything.value) return "Click masks to choose among them";
  if (loading.value && !model.value) return `Getting ${loading.value.name} ready`;
  if (encoding.value) return "Preparing the photo";
  const objects = photo.value?.objects.length ?? 0;
  if (objects === 0) return "Click what you want";
  if (chosenIds.value.size > 1) return `${chosenIds.value.size} objects chosen`;
  const points = object.value?.points.length ?? 0;
  return points === 1 && objects === 1 ? "Wrong part included? Alt-click (or right-click) it" : "";
}
