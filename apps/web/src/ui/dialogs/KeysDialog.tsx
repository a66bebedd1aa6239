import type { JSX } from "preact";
import { hasLetterKeys, setLetterKeys } from "../../state/session.js";
import { words } from "../../words/words.js";
import { Dialog } from "./Dialog.js";
import { Switch } from "./Switch.js";

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
      <Switch
        name={words().settings.letterKeys}
        testId="letter-keys"
        isOn={hasLetterKeys.value}
        onChange={setLetterKeys}
      />
    </Dialog>
  );
}
