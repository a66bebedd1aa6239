import type { PublishedModel } from "@sam2js/checkpoint";
import type { JSX } from "preact";
import { model } from "../state/session.js";
import { isSharperAnswered, sharper, takeSharper } from "../state/sharper.js";
import { expectedTiming, timings, timingText } from "../state/timings.js";
import { Icon } from "./icons.js";

/** Once, after two corrections of one object with the small model. */
export function SharperOffer(): JSX.Element | null {
  const offered = sharper.value;
  if (!offered) return null;
  return (
    <div class="offer" role="group" aria-label="A sharper model">
      <button type="button" class="button small" data-testid="take-sharper" onClick={takeSharper}>
        Try a sharper model <span class="num">({details(offered)})</span>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="No, go on with nano"
        data-testid="decline-sharper"
        onClick={() => {
          isSharperAnswered.value = true;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** What somebody wants to know before a download: name, size, licence, and how long it is going to take here. */
function details({ id, name, megabytes, licence }: PublishedModel): string {
  const time = timingText(expectedTiming(timings.value, id, model.value?.device ?? ""));
  return [name, `${megabytes} MB`, licence, time].filter(Boolean).join(", ");
}
