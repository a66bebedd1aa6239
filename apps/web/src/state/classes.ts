import { computed, effect } from "@preact/signals";
import { doc } from "./session.js";

const KEY = "sam2js:classes";
/** Names that a person still tells apart in a list. */
const MAX_KEPT = 200;

const kept = new Set<string>(read());

/** Classes of the project, and those of earlier days, by name. */
export const classes = computed<readonly string[]>(() => {
  return [...new Set([...kept, ...doc.value.classes])].filter(Boolean).sort((a, b) => a.localeCompare(b));
});

/** Keeps class names for the next visit. Ends with the returned call. */
export function keepClasses(): () => void {
  return effect(() => {
    const names = classes.value.slice(0, MAX_KEPT);
    try {
      if (names.length > 0) localStorage.setItem(KEY, JSON.stringify(names));
    } catch {
      // A browser that keeps nothing: they are asked again next time.
    }
  });
}

function read(): string[] {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}
