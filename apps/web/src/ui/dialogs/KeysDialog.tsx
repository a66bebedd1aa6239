import type { JSX } from "preact";
import { KEYS } from "../../input/keyboard.js";
import { hasLetterKeys } from "../../state/session.js";
import { Dialog } from "./Dialog.js";

export function KeysDialog(): JSX.Element {
  return (
    <Dialog title="Keys and gestures" name="keys">
      <dl class="keys">
        {KEYS.map(({ keys, does }) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="option">
        Single-key shortcuts
        <input
          type="checkbox"
          class="switch"
          data-testid="letter-keys"
          checked={hasLetterKeys.value}
          onChange={({ currentTarget }) => {
            hasLetterKeys.value = currentTarget.checked;
          }}
        />
      </label>
    </Dialog>
  );
}
