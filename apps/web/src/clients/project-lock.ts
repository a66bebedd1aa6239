import { InputError } from "@sam2js/core";

/** How long the tab that edits a project may take to answer. */
const PATIENCE_MS = 3000;
/** How long it may take to save the project after that. */
const MOST_SAVING_MS = 60_000;

type Message =
  /** Whoever edits the project is to save it and let go. */
  | { readonly kind: "hand-over"; readonly id: string }
  /** It is being saved, to be let go then. */
  | { readonly kind: "handing-over"; readonly id: string }
  /** It cannot be saved, so it is not let go. */
  | { readonly kind: "keeping"; readonly id: string }
  /** The project on the device is a newer one. */
  | { readonly kind: "saved"; readonly id: string };

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("sam2js-projects");

/** Ends the right to edit a project. */
export type Release = () => void;

/**
 * Takes a project for this tab alone.
 *
 * @param onLost  another tab has taken it without waiting
 * @returns       null where another tab edits it
 */
export function takeProject(id: string, onLost: () => void): Promise<Release | null> {
  return hold(id, { ifAvailable: true }, onLost);
}

/**
 * Takes a project from the tab that edits it, which saves it first; one that does not answer loses it.
 *
 * @throws {InputError} that tab cannot save it, and goes on with it
 */
export async function takeOver(id: string, onLost: () => void): Promise<Release | null> {
  const waiting = new AbortController();
  const giveUp = () => waiting.abort();
  let timer = setTimeout(giveUp, PATIENCE_MS);
  let isKept = false;
  const deafen = hearProjects((message) => {
    if (message.id !== id) return;
    if (message.kind === "handing-over") {
      clearTimeout(timer);
      timer = setTimeout(giveUp, MOST_SAVING_MS);
    }
    if (message.kind === "keeping") {
      isKept = true;
      giveUp();
    }
  });
  try {
    send({ kind: "hand-over", id });
    return await hold(id, { signal: waiting.signal }, onLost);
  } catch {
    if (isKept)
      throw InputError.expected(
        "project",
        "the tab that edits it to save it",
        "no room or no leave there",
        "save it as a file in that tab",
      );
    return await hold(id, { steal: true }, onLost);
  } finally {
    clearTimeout(timer);
    deafen();
  }
}

/** Tells other tabs of a project that this one edits. */
export function tellTabs(kind: "saved" | "handing-over" | "keeping", id: string): void {
  send({ kind, id });
}

/** Hears what other tabs say of projects. Ends with the returned call. */
export function hearProjects(hear: (message: Message) => void): () => void {
  const onMessage = ({ data }: MessageEvent<Message>) => hear(data);
  channel?.addEventListener("message", onMessage);
  return () => channel?.removeEventListener("message", onMessage);
}

function send(message: Message): void {
  channel?.postMessage(message);
}

function hold(id: string, options: LockOptions, onLost: () => void): Promise<Release | null> {
  // A browser without locks has one tab, as far as anybody knows.
  if (!navigator.locks) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    let isHeld = false;
    navigator.locks
      .request(`sam2js-project-${id}`, options, (lock) => {
        if (!lock) {
          resolve(null);
          return undefined;
        }
        isHeld = true;
        return new Promise<void>((release) => resolve(release));
      })
      .catch((error) => (isHeld ? onLost() : reject(error)));
  });
}
