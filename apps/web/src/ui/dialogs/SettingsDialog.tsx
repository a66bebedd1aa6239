import type { JSX } from "preact";
import { language, setLanguage } from "../../state/language.js";
import { deleteAllProjects } from "../../state/projects.js";
import {
  askFirst,
  hasLetterKeys,
  hasPreview,
  isAutosaved,
  openDialog,
  setAutosave,
  setLetterKeys,
  setPreview,
  setTheme,
  theme,
} from "../../state/session.js";
import { LANGUAGES } from "../../words/languages.js";
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
          onChoose={setTheme}
          testId={(id) => `theme-${id}`}
        />
      </div>
      <label class="option">
        {text.language}
        <select
          class="text-input choice"
          data-testid="language"
          value={language.value}
          onChange={({ currentTarget }) => setLanguage(currentTarget.value)}
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
        <Switch name={text.preview} testId="has-preview" isOn={hasPreview.value} onChange={setPreview} />
        <Switch
          name={text.letterKeys}
          testId="settings-letter-keys"
          isOn={hasLetterKeys.value}
          onChange={setLetterKeys}
        />
        <Switch name={text.autosave} testId="autosave" isOn={isAutosaved.value} onChange={setAutosave} />
      </div>
      <div class="settings-actions">
        <button type="button" class="button" data-testid="all-keys" onClick={() => openDialog("keys")}>
          {text.allKeys}
        </button>
        <button type="button" class="button" data-testid="kept-models" onClick={() => openDialog("models")}>
          {text.models}
        </button>
        <button
          type="button"
          class="button"
          data-testid="settings-privacy"
          onClick={() => openDialog("privacy")}
        >
          {words().privacy.title}
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
