import type { JSX } from "preact";
import { isSharperAnswered, sharper, takeSharper } from "../store/sharper.js";
import { Icon } from "./icons.js";

/** Once, after two corrections of one object with the small model. */
export function SharperOffer(): JSX.Element | null {
  const offered = sharper.value;
  if (!offered) return null;
  return (
    <div class="offer" role="group" aria-label="A sharper model">
      <button type="button" class="button small" data-testid="take-sharper" onClick={takeSharper}>
        Try a sharper model{" "}
        <span class="num">
          ({offered.name}, {offered.megabytes} MB)
        </span>
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
