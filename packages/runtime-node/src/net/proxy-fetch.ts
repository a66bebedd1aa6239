import { InputError } from "@sam2js/core";
import type { Dispatcher } from "undici";

/** The environment, or a part of it. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What the variables say, as undici takes it. */
interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** By settings: connections are kept and used again. */
const agents = new Map<string, Promise<Dispatcher>>();

/**
 * `fetch` by way of the proxies that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name, in small letters too, which come first.
 * Node's own `fetch` knows none of them; Bun's and Deno's do. Nothing global is changed, and without these variables it is the global
 * `fetch`.
 *
 * @throws {InputError} a variable holds no URL
 */
export function proxyFetch(env: Environment = process.env): typeof fetch {
  return async (input, init) => {
    const settings = readSettings(env);
    const url = input instanceof Request ? input.url : String(input);
    if (!settings || !/^https?:/i.test(url)) return fetch(input, init);
    const undici = await import("undici");
    const key = JSON.stringify(settings);
    const agent =
      agents.get(key) ?? Promise.resolve(new undici.EnvHttpProxyAgent({ ...settings, proxyTunnel: false }));
    agents.set(key, agent);
    const options = { ...init, dispatcher: await agent } as Parameters<typeof undici.fetch>[1];
    return (await undici.fetch(url, options)) as unknown as Response;
  };
}

/** The settings, or undefined where no proxy is named or the platform sees to it itself. */
function readSettings(env: Environment): ProxySettings | undefined {
  if ("bun" in process.versions || "deno" in process.versions) return undefined;
  const value = (name: string) => env[name.toLowerCase()] || env[name] || "";
  const all = value("ALL_PROXY");
  const httpProxy = proxyUrl("HTTP_PROXY", value("HTTP_PROXY") || all);
  const httpsProxy = proxyUrl("HTTPS_PROXY", value("HTTPS_PROXY") || all);
  if (!httpProxy && !httpsProxy) return undefined;
  const exempt = value("NO_PROXY")
    .split(/[\s,]+/)
    .filter(Boolean);
  // Undici knows the wildcard alone, and IPv6 addresses in brackets.
  const noProxy = exempt.includes("*")
    ? "*"
    : exempt.map((each) => (/^[^[\]]*:.*:/.test(each) ? `[${each}]` : each)).join();
  return { httpProxy, httpsProxy, noProxy };
}

function proxyUrl(name: string, text: string): string {
  if (text === "") return "";
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(url)) return url;
  // Not the value itself: it may hold a password.
  throw InputError.expected(
    name,
    "the URL of a proxy",
    "no URL",
    "for example http://proxy.example.org:3128",
  );
}
