import { checkText, DownloadError, InputError, UnsupportedError } from "@sam2js/core";
import type { Redis } from "ioredis";

/** The libraries of a queue, which are loaded when one is asked for. */
type Bull = typeof import("bullmq");

/** A connection to a queue's Redis or Valkey. */
export interface RedisConnection {
  readonly bull: Bull;
  readonly client: Redis;
}

/** Whoever starts a batch waits no longer for its server. Later it is waited for without end. */
const CONNECT_MS = 5_000;
/** Between tries to connect again. */
const RETRY_MS = 1000;

/**
 * Connects, and stays connected through restarts of the server.
 *
 * @param url  `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS
 * @throws {InputError} it is no such URL  @throws {UnsupportedError} the libraries are not installed  @throws {DownloadError} nobody answers
 */
export async function connectRedis(url: string): Promise<RedisConnection> {
  checkText(url, "--queue", "a URL such as redis://host:6379");
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw InputError.expected("--queue", "a URL such as redis://host:6379", shownUrl(url));
  }
  const { bull, ioredis } = await loadLibraries();
  const client = new ioredis.Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS });
  let reason = "no answer";
  client.on("error", (error) => {
    reason = error.message || String((error as NodeJS.ErrnoException).code);
  });
  const late = new Promise<"late">((resolve) => setTimeout(resolve, CONNECT_MS, "late").unref());
  if ((await Promise.race([client.ping(), late])) === "late") {
    client.disconnect();
    const next = "start it, or check the address";
    throw DownloadError.expected(shownUrl(url), "a Redis or Valkey server", reason, next);
  }
  return { bull, client };
}

/** The URL without its password. */
function shownUrl(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

async function loadLibraries() {
  try {
    return { bull: await import("bullmq"), ioredis: await import("ioredis") };
  } catch (cause) {
    const expected = "the packages bullmq and ioredis";
    throw UnsupportedError.expected("--queue", expected, "none", "npm install bullmq ioredis", cause);
  }
}
