import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * A lock between processes: a file made by O_EXCL and touched while it is held. Where the holder has died, on this host
 * or by its silence, the lock is taken over.
 */
export class FileLock {
  readonly #file: string;
  readonly #token: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(file: string, token: string, { beatMs }: LockTiming) {
    this.#file = file;
    this.#token = token;
    this.#beat = setInterval(() => {
      const now = new Date();
      void utimes(file, now, now).catch(() => undefined);
    }, beatMs);
    this.#beat.unref();
  }

  /** Waits until the lock is free and takes it. */
  static async acquire(file: string, timing: LockTiming = DEFAULT_TIMING): Promise<FileLock> {
    const holder: Holder = { token: randomUUID(), pid: process.pid, host: os.hostname() };
    await mkdir(path.dirname(file), { recursive: true });
    for (;;) {
      if (await create(file, holder)) return new FileLock(file, holder.token, timing);
      if (!(await removeStale(file, timing))) await sleep(timing.pollMs);
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    const holder = await readHolder(this.#file);
    if (holder?.token === this.#token) await rm(this.#file, { force: true });
  }
}

/** The file appears with its content at once, so that no other process reads half a holder. */
async function create(file: string, holder: Holder): Promise<boolean> {
  const draft = `${file}.${holder.token}`;
  const handle = await open(draft, "wx");
  await handle.writeFile(JSON.stringify(holder));
  await handle.close();
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EOPNOTSUPP") throw error;
    return await createWithoutLinks(file, holder);
  } finally {
    await rm(draft, { force: true });
  }
}

/** For file systems without hard links (FAT, some network shares). */
async function createWithoutLinks(file: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(JSON.stringify(holder));
    await handle.close();
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a lock whose holder is gone. It is moved away first: of two processes that see the same stale lock only one
 * succeeds, and when the moved one turns out to be a new holder's, it is put back.
 */
async function removeStale(file: string, { staleMs }: LockTiming): Promise<boolean> {
  const [holder, facts] = await Promise.all([readHolder(file), stat(file).catch(() => undefined)]);
  if (!facts) return true;
  const isSilent = Date.now() - facts.mtimeMs > staleMs;
  const isDead = holder !== undefined && holder.host === os.hostname() && !isAlive(holder.pid);
  if (!isSilent && !isDead) return false;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  const moved = await readHolder(aside);
  if (moved?.token !== holder?.token) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const { token, pid, host } = JSON.parse(await readFile(file, "utf8")) as Partial<Holder>;
    return typeof token === "string" && typeof pid === "number" && typeof host === "string"
      ? { token, pid, host }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
