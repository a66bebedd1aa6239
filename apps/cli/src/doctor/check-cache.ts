import { mkdtemp, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ModelStore, messageOf } from "@sam2js/core";
import { megabytes } from "../io/progress.js";
import type { Check } from "./check.js";

/** Whether models can be kept, and whether the Hub answers. */
export async function checkCache(store: ModelStore, signal: AbortSignal): Promise<Check[]> {
  const folder = "cacheDir" in store && typeof store.cacheDir === "string" ? store.cacheDir : undefined;
  return [...(folder === undefined ? [] : [await checkFolder(folder)]), await checkHub(store, signal)];
}

async function checkFolder(folder: string): Promise<Check> {
  const name = "model cache";
  for (let existing = folder; ; existing = dirname(existing)) {
    try {
      const { bavail, bsize } = await statfs(existing);
      const probe = await mkdtemp(join(existing, ".sam2-doctor-"));
      await rm(probe, { recursive: true });
      const will = existing === folder ? "" : " (will be made)";
      return { name, state: "ok", detail: `${folder}${will}, ${megabytes(bavail * bsize)} free` };
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (isMissing && dirname(existing) !== existing) continue;
      const reason = messageOf(error);
      return {
        name,
        state: "missing",
        detail: `${folder} cannot be written (${reason}); set HF_HOME to another folder`,
      };
    }
  }
}

const HUB_TIMEOUT_MS = 4000;

async function checkHub(store: ModelStore, signal: AbortSignal): Promise<Check> {
  const name = "Hub";
  const { endpoint = "https://huggingface.co", offline, token } = await store.hubSettings();
  if (offline)
    return { name, state: "info", detail: "offline mode (HF_HUB_OFFLINE): only models in the cache" };
  const login = token === undefined ? "" : ", with a token";
  try {
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(HUB_TIMEOUT_MS)]);
    await (store.fetch ?? fetch)(endpoint, { method: "HEAD", signal: waiting, redirect: "manual" });
    return { name, state: "ok", detail: `${endpoint} answers${login}` };
  } catch {
    signal.throwIfAborted();
    return {
      name,
      state: "info",
      detail: `${endpoint} does not answer: models must be in the cache or in a folder`,
    };
  }
}
