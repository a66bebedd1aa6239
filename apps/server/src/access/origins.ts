import { RequestError } from "../errors/request-error.js";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
}

/**
 * Refuses requests that a page of another site sends through somebody's browser.
 *
 * @param origin   the `Origin` header, which browsers send with everything but plain navigation
 * @param host     the `Host` header
 * @param allowed  origins that may, as given to the server
 * @param isOpen   the server has no token: then a name that is not this machine's may be one that an attacker made point here
 * @throws {RequestError} 403
 */
export function checkOrigin(
  { origin, host = "" }: { readonly origin?: string | undefined; readonly host?: string | undefined },
  allowed: readonly string[],
  isOpen: boolean,
): void {
  const name = host.replace(/:\d+$/, "");
  if (isOpen && !isLoopback(name)) {
    throw refused("Host", "localhost or 127.0.0.1, as this server has no token", host);
  }
  if (!origin || allowed.includes(origin) || hostOf(origin) === host.toLowerCase()) return;
  throw refused("Origin", "this server's own pages, or an origin given by --allow-origin", origin);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function refused(name: string, expected: string, got: string): RequestError {
  const message = `${name}: expected ${expected}, got ${JSON.stringify(got)}`;
  return new RequestError("ACCESS_DENIED", message, { status: 403 }, { name, expected, got });
}
