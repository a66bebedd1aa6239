import { checkFunction, checkMembers } from "@sam2js/core";

/** A packet or sample of sound. */
export interface TimedSound {
  /** In seconds. */
  readonly timestamp: number;
  /** Gives memory back; packets need none. */
  close?(): void;
}

/** Sound on its way into a file. */
export interface SoundFeed {
  /** Writes what begins before a time, in seconds. */
  upTo(seconds: number): Promise<void>;
  /** Ends reading, at the end or before it. */
  close(): Promise<void>;
}

/**
 * Writes sound as far as the pictures are, so that both lie side by side in the file and players need not seek.
 *
 * @returns undefined where there is nothing to write: a file then has no track for sound
 */
export async function feedSound<Sound extends TimedSound>(
  items: AsyncGenerator<Sound, void, undefined>,
  write: (sound: Sound) => Promise<void>,
): Promise<SoundFeed | undefined> {
  checkMembers(items, "items", "an async generator of sound", "next");
  checkFunction(write, "write", "a function that writes sound");
  const take = async () => (await items.next()).value ?? undefined;
  let next = await take();
  if (!next) return undefined;
  return {
    async upTo(seconds) {
      while (next && next.timestamp < seconds) {
        await write(next);
        next = await take();
      }
    },
    async close() {
      next?.close?.();
      next = undefined;
      await items.return();
    },
  };
}
