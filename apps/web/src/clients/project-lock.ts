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

/** By project that this tab has taken, what the browser calls this tab. */
const owners = new Map<string, string>();

/** Another tab has taken the project, so nothing of it is written here any more. */
export class TakenAwayError extends InputError {
  static override readonly symbolName: string = "TakenAwayError";
  readonly id: string;

  constructor(id: string) {
    const [expected, got] = ["one that this tab edits", "one that another tab has taken"];
    super(`project: expected ${expected}, got ${got}; edit it there, or here once more`, { expected, got });
    this.id = id;
  }
}

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

/**
 * Whether another tab has taken a project that this one had, also where it has let go of it since. The browser knows: a tab that was frozen may
 * not have heard of it yet.
 */
export async function isTakenAway(id: string): Promise<boolean> {
  const own = owners.get(id);
  return own !== undefined && (await ownerOf(id)) !== own;
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
      .request(lockName(id), options, async (lock) => {
        if (!lock) {
          resolve(null);
          return;
        }
        isHeld = true;
        // Where the browser does not tell, nobody asks later.
        const owner = await ownerOf(id).catch(() => undefined);
        if (owner) owners.set(id, owner);
        await new Promise<void>((done) => {
          resolve(() => {
            owners.delete(id);
            done();
          });
        });
      })
      .catch((error) => (isHeld ? onLost() : reject(error)));
  });
}

function lockName(id: string): string {
  return `sam2js-project-${id}`;
}

/** What the browser calls the tab that has a project. */
async function ownerOf(id: string): Promise<string | undefined> {
  const { held = [] } = await navigator.locks.query();
  return held.find(({ name }) => name === lockName(id))?.clientId;
}
