import type { JSX } from "preact";
import { deleteAllProjects } from "../../state/projects.js";
import { askFirst, dialog, hasLetterKeys, hasPreview, isAutosaved, theme } from "../../state/session.js";
import { words } from "../../words/words.js";
import { arrowKeys } from "../arrow-keys.js";
import { Dialog } from "./Dialog.js";
import { Switch } from "./Switch.js";

const THEMES = ["system", "light", "dark"] as const;

export function SettingsDialog(): JSX.Element {
  const text = words().settings;
  return (
    <Dialog title={text.title} name="settings">
      <div>
        <div class="group-title">{text.colours}</div>
        <div class="segments" role="radiogroup" aria-label={text.colours} onKeyDown={arrowKeys}>
          {THEMES.map((id) => (
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
              {text[id]}
            </button>
          ))}
        </div>
      </div>
      <div>
        <div class="group-title">{text.work}</div>
        <Switch name={text.preview} testId="has-preview" value={hasPreview} />
        <Switch name={text.letterKeys} testId="settings-letter-keys" value={hasLetterKeys} />
        <Switch name={text.autosave} testId="autosave" value={isAutosaved} />
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
          {text.allKeys}
        </button>
        <button
          type="button"
          class="button"
          data-testid="kept-models"
          onClick={() => {
            dialog.value = "models";
          }}
        >
          {text.models}
        </button>
        <button type="button" class="button" data-testid="forget" onClick={askToForget}>
          {text.forget}
        </button>
      </div>
    </Dialog>
  );
}

function askToForget(): void {
  const text = words().settings;
  askFirst({
    title: text.askForget,
    text: text.forgetText,
    action: text.forgetAction,
    run: () => void deleteAllProjects(),
  });
}
