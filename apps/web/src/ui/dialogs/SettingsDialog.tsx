import type { JSX } from "preact";
import { language } from "../../state/language.js";
import { deleteAllProjects } from "../../state/projects.js";
import { askFirst, dialog, hasLetterKeys, hasPreview, isAutosaved, theme } from "../../state/session.js";
import { isLanguage, LANGUAGES } from "../../words/languages.js";
import { words } from "../../words/words.js";
import { Segments } from "../Segments.js";
import { Dialog } from "./Dialog.js";
import { Switch } from "./Switch.js";

const THEMES = ["system", "light", "dark"] as const;

export function SettingsDialog(): JSX.Element {
  const text = words().settings;
  return (
    <Dialog title={text.title} name="settings">
      <div>
        <div class="group-title">{text.colours}</div>
        <Segments
          label={text.colours}
          options={THEMES.map((id) => ({ id, name: text[id] }))}
          chosen={theme.value}
          onChoose={(id) => {
            theme.value = id;
          }}
          testId={(id) => `theme-${id}`}
        />
      </div>
      <label class="option">
        {text.language}
        <select
          class="text-input choice"
          data-testid="language"
          value={language.value}
          onChange={({ currentTarget: { value } }) => {
            language.value = isLanguage(value) ? value : "auto";
          }}
        >
          <option value="auto">{text.asBrowser}</option>
          {Object.entries(LANGUAGES).map(([id, { name }]) => (
            <option key={id} value={id} lang={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
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
