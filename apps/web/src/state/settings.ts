import { effect } from "@preact/signals";
import { isLanguage } from "../words/languages.js";
import { language } from "./language.js";
import { serverAddress } from "./server.js";
import { hasLetterKeys, hasPreview, isAutosaved, theme } from "./session.js";
import { isSharperAnswered } from "./sharper.js";

const KEY = "sam2js:settings";

/** Brings back how the app was set, and keeps changes. Ends with the returned call. */
export function keepSettings(): () => void {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (kept.theme === "light" || kept.theme === "dark") theme.value = kept.theme;
    if (isLanguage(kept.language)) language.value = kept.language;
    if (kept.hasLetterKeys === false) hasLetterKeys.value = false;
    if (kept.hasPreview === false) hasPreview.value = false;
    if (kept.isAutosaved === false) isAutosaved.value = false;
    if (typeof kept.serverAddress === "string" && !serverAddress.value)
      serverAddress.value = kept.serverAddress;
    if (kept.isSharperAnswered === true) isSharperAnswered.value = true;
  } catch {
    // A browser that keeps nothing, or what is no JSON: as at first.
  }
  return effect(() => {
    const text = JSON.stringify({
      theme: theme.value,
      language: language.value,
      hasLetterKeys: hasLetterKeys.value,
      hasPreview: hasPreview.value,
      isAutosaved: isAutosaved.value,
      isSharperAnswered: isSharperAnswered.value,
      serverAddress: serverAddress.value,
    });
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Then it holds for this visit.
    }
  });
}
