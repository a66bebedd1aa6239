/** How long the tab that edits a project may take to hand it over. */
const PATIENCE_MS = 3000;

type Message =
  /** Whoever edits the project is to save it and let go. */
  | { readonly kind: "hand-over"; readonly id: string }
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

/** Takes a project from the tab that edits it, which saves it first; one that does not answer loses it. */
export async function takeOver(id: string, onLost: () => void): Promise<Release | null> {
  send({ kind: "hand-over", id });
  try {
    return await hold(id, { signal: AbortSignal.timeout(PATIENCE_MS) }, onLost);
  } catch {
    return hold(id, { steal: true }, onLost);
  }
}

export function tellSaved(id: string): void {
  send({ kind: "saved", id });
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
