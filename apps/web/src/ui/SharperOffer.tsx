import type { PublishedModel } from "@sam2js/checkpoint";
import type { JSX } from "preact";
import { model } from "../state/session.js";
import { declineSharper, sharper, takeSharper } from "../state/sharper.js";
import { expectedTiming, timings, timingText } from "../state/timings.js";
import { bytesText, listText } from "../words/numbers.js";
import { words } from "../words/words.js";
import { Icon } from "./icons.js";

/** Once, after two corrections of one object with the small model, or a subject that it is not sure of. */
export function SharperOffer(): JSX.Element | null {
  const offered = sharper.value;
  if (!offered) return null;
  return (
    <div class="offer" role="group" aria-label={words().sharper.title}>
      <button type="button" class="button small" data-testid="take-sharper" onClick={takeSharper}>
        {words().sharper.try} <span class="num">({details(offered)})</span>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={words().sharper.decline}
        data-testid="decline-sharper"
        onClick={declineSharper}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** What somebody wants to know before a download: name, size, licence, and how long it is going to take here. */
function details({ id, name, megabytes, licence }: PublishedModel): string {
  const time = timingText(expectedTiming(timings.value, id, model.value?.device ?? ""));
  return listText([name, bytesText(1e6 * megabytes), licence, time].filter(Boolean));
}
