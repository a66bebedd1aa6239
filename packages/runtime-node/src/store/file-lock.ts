import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkMembers, checkText } from "@sam2js/core";
import { draftPath } from "./drafts.js";
import { type FileOwner, fileOwner, hasEnded } from "./file-owner.js";
import { errorCode } from "./store-error.js";

/** How a lock is kept; tests shorten it. */
export interface LockTiming {
  /** The holder renews the lock this often. */
  readonly beatMs: number;
  /** A lock that was not renewed for so long is stale: its holder is gone. Several beats, for holders that were held up. */
  readonly staleMs: number;
  /** How often one who waits looks again. */
  readonly pollMs: number;
}

const DEFAULT_TIMING: LockTiming = { beatMs: 5_000, staleMs: 30_000, pollMs: 200 };

/** Who holds a lock, as its file says. */
interface Holder extends FileOwner {
  readonly token: string;
}

/** A lock file as it was seen. */
interface Sight {
  readonly holder: Holder | undefined;
  /** By the clock of the file system. */
  readonly renewedMs: number;
}

/**
 * A lock between processes: a file made by O_EXCL and written again and again while it is held. Where the holder has ended, or was silent
 * for `staleMs`, the lock is taken over. So a holder that was stopped for a while may have lost it: {@link isHeld} tells.
 */
export class FileLock {
  readonly #file: string;
  readonly #token: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(file: string, token: string, { beatMs }: LockTiming) {
    this.#file = file;
    this.#token = token;
    this.#beat = setInterval(() => void renew(file, token).catch(() => undefined), beatMs);
    this.#beat.unref();
  }

  /** Waits until the lock is free and takes it. @throws the signal's reason */
  static async acquire(file: string, timing = DEFAULT_TIMING, signal?: AbortSignal): Promise<FileLock> {
    checkText(file, "file", "the path of a file");
    checkMembers(timing, "timing", "{ beatMs, staleMs, pollMs }", "beatMs", "staleMs", "pollMs");
    const holder: Holder = { token: randomUUID(), ...fileOwner() };
    await mkdir(path.dirname(file), { recursive: true });
    const silence = new Silence(timing.staleMs);
    for (;;) {
      signal?.throwIfAborted();
      const nowMs = await create(file, holder);
      if (nowMs === undefined) return new FileLock(file, holder.token, timing);
      const seen = await look(file);
      if (seen && !silence.isStale(seen, nowMs)) {
        await sleep(timing.pollMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
      } else if (seen) {
        await remove(file, seen.holder?.token);
      }
    }
  }

  /** Whether the lock is still this holder's. */
  async isHeld(): Promise<boolean> {
    return (await look(this.#file))?.holder?.token === this.#token;
  }

  /** Gives the lock up; of one that was lost already, nothing. */
  async release(): Promise<void> {
    clearInterval(this.#beat);
    if (await this.isHeld()) await rm(this.#file, { force: true });
  }
}

/** Tells a holder that is gone from one that works. */
class Silence {
  readonly #staleMs: number;
  #seen: Sight | undefined;
  #sinceMs = 0;

  constructor(staleMs: number) {
    this.#staleMs = staleMs;
  }

  /** @param nowMs  by the clock of the file system, which is not always that of this machine */
  isStale(seen: Sight, nowMs: number): boolean {
    if (seen.holder && hasEnded(seen.holder)) return true;
    if (nowMs - seen.renewedMs > this.#staleMs) return true;
    // A clock that was set back makes every lock look young: what did not change while we waited is stale too.
    const isSame =
      seen.holder?.token === this.#seen?.holder?.token && seen.renewedMs === this.#seen?.renewedMs;
    if (!isSame) {
      this.#seen = seen;
      this.#sinceMs = performance.now();
    }
    return performance.now() - this.#sinceMs > this.#staleMs;
  }
}

/**
 * Makes the lock. Its file appears with its content at once, so that no other process reads half a holder.
 *
 * @returns undefined; where another has the lock, the time by the file system's clock
 */
async function create(file: string, holder: Holder): Promise<number | undefined> {
  const draft = draftPath(file);
  const nowMs = await write(draft, holder);
  try {
    await link(draft, file);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return nowMs;
    // File systems without hard links (FAT, some network shares).
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EOPNOTSUPP") throw error;
    return await write(file, holder).then(
      () => undefined,
      (failure) => {
        if (errorCode(failure) === "EEXIST") return nowMs;
        throw failure;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/** Writes a new file with a holder. On a full disk none stays. @returns when, by the file system's clock */
async function write(file: string, holder: Holder): Promise<number> {
  const handle = await open(file, "wx");
  try {
    return await using(handle, async () => {
      await handle.writeFile(JSON.stringify(holder));
      return (await handle.stat()).mtimeMs;
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Writes a lock that is still this token's again, so that the file system gives it the time of its own clock. */
async function renew(file: string, token: string): Promise<void> {
  await using(await open(file, "r+"), async (handle) => {
    const text = await handle.readFile("utf8");
    if (parseHolder(text)?.token === token) await handle.write(text, 0);
  });
}

/** Opened to be looked at, as network file systems show old facts of files that are not. */
async function look(file: string): Promise<Sight | undefined> {
  try {
    return await using(await open(file, "r"), async (handle) => ({
      holder: parseHolder(await handle.readFile("utf8")),
      renewedMs: (await handle.stat()).mtimeMs,
    }));
  } catch (error) {
    // Windows refuses to open a file that is just being removed.
    if (errorCode(error) === "ENOENT" || process.platform === "win32") return undefined;
    throw error;
  }
}

/**
 * Removes a lock whose holder is gone. It is moved away first: of two processes that see the same stale lock only one succeeds, and when
 * the moved one turns out to be a new holder's, it is put back.
 */
async function remove(file: string, token: string | undefined): Promise<void> {
  const aside = draftPath(file);
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await look(aside))?.holder?.token !== token) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function using<T>(handle: FileHandle, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { token, pid, place } = JSON.parse(text) as Partial<Holder>;
    return typeof token === "string" && typeof pid === "number" && typeof place === "string"
      ? { token, pid, place }
      : undefined;
  } catch {
    return undefined;
  }
}
