import type { JSX } from "preact";
import { deleteAllProjects } from "../../state/projects.js";
import { askFirst, dialog, hasLetterKeys, hasPreview, isAutosaved, theme } from "../../state/session.js";
import { arrowKeys } from "../arrow-keys.js";
import { Dialog } from "./Dialog.js";
import { Switch } from "./Switch.js";

const THEMES: readonly { readonly id: "system" | "light" | "dark"; readonly name: string }[] = [
  { id: "system", name: "As the system" },
  { id: "light", name: "Light" },
  { id: "dark", name: "Dark" },
];

export function SettingsDialog(): JSX.Element {
  return (
    <Dialog title="Settings" name="settings">
      <div>
        <div class="group-title">Colours</div>
        <div class="segments" role="radiogroup" aria-label="Colours" onKeyDown={arrowKeys}>
          {THEMES.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              role="radio"
              aria-checked={theme.value === id}
              class={theme.value === id ? "on" : ""}
              data-testid={`theme-${id}`}
              onClick={() => {
                theme.value = id;
              }}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      <div>
        <div class="group-title">While you work</div>
        <Switch name="Preview the mask under the pointer" testId="has-preview" value={hasPreview} />
        <Switch name="Single-key shortcuts" testId="settings-letter-keys" value={hasLetterKeys} />
        <Switch name="Save my work on this device automatically" testId="autosave" value={isAutosaved} />
      </div>
      <div class="settings-actions">
        <button
          type="button"
          class="button"
          data-testid="all-keys"
          onClick={() => {
            dialog.value = "keys";
          }}
        >
          All keys
        </button>
        <button
          type="button"
          class="button"
          data-testid="kept-models"
          onClick={() => {
            dialog.value = "models";
          }}
        >
          Models
        </button>
        <button type="button" class="button" data-testid="forget" onClick={askToForget}>
          Delete the saved work on this device…
        </button>
      </div>
    </Dialog>
  );
}

function askToForget(): void {
  askFirst({
    title: "Delete all saved projects?",
    text: "All projects on this device are deleted. Nothing brings them back. What is open stays open, and files that you saved stay.",
    action: "Delete them",
    run: () => void deleteAllProjects(),
  });
}
