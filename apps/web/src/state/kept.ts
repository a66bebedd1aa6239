import { signal } from "@preact/signals";
import type { KeptModel } from "../protocol/engine.js";
import { fill, words } from "../words/words.js";
import { report } from "./problems.js";
import * as session from "./session.js";

/** Models of the Hub that this browser keeps. */
export const kept = signal<readonly KeptModel[]>([]);

/** What the site's storage takes and may still take, in bytes; null while or where it is not known. */
export const storage = signal<{ readonly usedBytes: number; readonly freeBytes: number } | null>(null);

/** Looks again at what is kept. */
export async function refreshKept(): Promise<void> {
  try {
    kept.value = await session.engine().keptModels();
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    storage.value =
      usage === undefined || quota === undefined
        ? null
        : { usedBytes: usage, freeBytes: Math.max(0, quota - usage) };
  } catch {
    // A browser that keeps nothing has nothing to show.
    kept.value = [];
    storage.value = null;
  }
}

export async function forgetModel(repo: string): Promise<void> {
  try {
    await session.engine().forgetModel(repo);
    session.announcement.value = fill(words().done.noLongerKept, { name: repo });
  } catch (error) {
    report(error, words().wrong.deleteModel);
  }
  await refreshKept();
}
