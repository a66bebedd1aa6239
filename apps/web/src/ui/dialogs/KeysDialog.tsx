import type { JSX } from "preact";
import { hasLetterKeys } from "../../state/session.js";
import { words } from "../../words/words.js";
import { Dialog } from "./Dialog.js";

export function KeysDialog(): JSX.Element {
  const { title, ...rows } = words().keys;
  return (
    <Dialog title={title} name="keys">
      <dl class="keys">
        {Object.entries(rows).map(([id, { keys, does }]) => (
          <div key={id}>
            <dt dir="auto">{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="option">
        {words().settings.letterKeys}
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
