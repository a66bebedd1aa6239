import { lookup as resolve } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { InputError } from "@sam2js/core";
import { isGlobalAddress } from "./global-address.js";

/** What is asked of another host. */
export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; it makes the request a POST. */
  readonly json?: unknown;
  /** Refuse addresses that are not public, and dial the one that was checked. */
  readonly isGuarded: boolean;
  readonly signal: AbortSignal;
}

/** An address of a name, by family. */
type Address = { readonly address: string; readonly family: number };

/** What is known of other hosts; tests have their own. */
export interface Network {
  /** All addresses of a name. */
  readonly resolve: (host: string) => Promise<readonly Address[]>;
  /** Whether an address may be dialled. */
  readonly isPublic: (address: string) => boolean;
}

/** DNS and the public Internet. */
const INTERNET: Network = { resolve: (host) => resolve(host, { all: true }), isPublic: isGlobalAddress };

/**
 * One request, without following redirects.
 *
 * @throws {InputError} nothing answers, or with `isGuarded` an address is not public
 */
export async function askHost(
  url: URL,
  { headers, json, isGuarded, signal }: HttpRequest,
  network: Network = INTERNET,
): Promise<IncomingMessage> {
  const address = isGuarded ? await checkedAddress(url, network) : undefined;
  // A name is resolved once: what was checked is what is dialled, whatever DNS says next.
  const lookup: LookupFunction | undefined =
    address &&
    ((_host, { all }, done) => {
      if (all) done(null, [address]);
      else done(null, address.address, address.family);
    });
  const body = json === undefined ? undefined : JSON.stringify(json);
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((answer, fail) => {
    const sent = request(
      url,
      {
        method: body === undefined ? "GET" : "POST",
        headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
        signal,
        agent: false,
        ...(lookup && { lookup }),
      },
      answer,
    );
    sent.on("error", (cause) => {
      if (signal.aborted) return fail(signal.reason);
      const message = `${url.origin}: expected an answer, got none (${cause.message}); is the address right, as seen from here?`;
      fail(new InputError(message, { name: url.origin, cause }));
    });
    sent.end(body);
  });
}

async function checkedAddress(url: URL, network: Network): Promise<Address> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family
    ? [{ address: host, family }]
    : await network.resolve(host).catch(() => [] as readonly Address[]);
  const [first] = addresses;
  if (first && addresses.every(({ address }) => network.isPublic(address))) return first;
  throw InputError.expected(url.host, "a host with public addresses", first ? "others" : "none");
}
