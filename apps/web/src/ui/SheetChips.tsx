import type { JSX } from "preact";
import { model } from "../state/session.js";
import { openDialog } from "../state/telling.js";
import { words } from "../words/words.js";
import { Icon } from "./icons.js";

/** On a phone, whose bar has no room for them: the model, and that nothing is uploaded. */
export function SheetChips(): JSX.Element {
  const { bar } = words();
  return (
    <div class="section sheet-chips">
      <button type="button" class="chip" data-testid="sheet-model" onClick={() => openDialog("models")}>
        <span class={model.value ? "dot ok" : "dot"} />
        <b>{model.value?.name ?? bar.noModel}</b>
      </button>
      <button type="button" class="chip" data-testid="sheet-privacy" onClick={() => openDialog("privacy")}>
        <Icon name="lock" />
        {bar.privacy}
      </button>
    </div>
  );
}
