import { effect, signal } from "@preact/signals";
import { isLanguage, type LanguageId, speak } from "../words/languages.js";
import { isRightToLeft, locale, words } from "../words/words.js";
import { report } from "./problems.js";

/** The language that somebody chose; `auto` = what the browser wishes for. */
export const language = signal<LanguageId | "auto">("auto");

export function setLanguage(chosen: string | null): void {
  language.value = isLanguage(chosen) ? chosen : "auto";
}

/** A page in the wrong language is better than none. */
const MOST_WAIT_MS = 2000;

/** Speaks the language that is chosen from now on. Resolves when its texts are here, or did not come in time. */
export function keepLanguage(): Promise<unknown> {
  const speakNow = () => {
    const chosen = isLanguage(language.value) ? language.value : undefined;
    return speak(navigator.languages, chosen).catch((error) => report(error, words().wrong.language));
  };
  let first: Promise<void> | undefined;
  effect(() => {
    const spoken = speakNow();
    first ??= spoken;
  });
  addEventListener("languagechange", () => void speakNow());
  effect(() => {
    document.documentElement.lang = new Intl.Locale(locale()).baseName;
    document.documentElement.dir = isRightToLeft() ? "rtl" : "ltr";
  });
  return Promise.race([first, new Promise((resolve) => setTimeout(resolve, MOST_WAIT_MS))]);
}
