import type { JSX } from "preact";
import { KEYS } from "../input/keyboard.js";
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
    </Dialog>
  );
}
