import { signal } from "@preact/signals";
import type { ServerChoice } from "../protocol/engine.js";
import { loadModel } from "./models.js";
import { faultOf, faultText, type ServerFault, type ServerPlace, sharpen } from "./server-fault.js";
import { devicePreference } from "./session.js";

/** A model that a server offers. */
export interface ServerModel {
  readonly name: string;
  readonly fingerprint: string;
  /** Side of its input in pixels. */
  readonly imageSize: number;
}

/** How far a server has come to be used. */
export type ServerState =
  | { readonly kind: "none" | "asking" }
  | { readonly kind: "there"; readonly place: ServerPlace; readonly models: readonly ServerModel[] }
  | {
      readonly kind: "failed";
      readonly text: string;
      /** The app that the server hands out itself, where that would help. */
      readonly app?: { readonly host: string; readonly href: string } | undefined;
    };

/** What stands in the field: kept on this device. The token is not. */
export const serverAddress = signal(ownServer() ?? "");
export const serverToken = signal("");
export const server = signal<ServerState>({ kind: "none" });

export function setServerAddress(address: string): void {
  serverAddress.value = address;
}

export function setServerToken(token: string): void {
  serverToken.value = token;
}

/** Nobody waits longer for a list. */
const MAX_WAIT_MS = 10_000;

/** Faults that the app of the server itself does not have. */
const NOT_FROM_HERE: readonly ServerFault[] = ["mixed", "policy"];

/** The server that this app came from, if it came from one. */
function ownServer(): string | undefined {
  const named = document.querySelector<HTMLMetaElement>('meta[name="sam2js-server"]')?.content;
  return named && new URL(named, location.href).href.replace(/\/+$/, "");
}

/** Asks the server whose address was given for its models. */
export async function connect(): Promise<void> {
  const place = {
    url: serverAddress.value.trim().replace(/\/+$/, ""),
    token: serverToken.value.trim() || undefined,
  };
  if (!URL.canParse(place.url) || !/^https?:/.test(place.url)) return fail("address", place);
  if (isMixed(place.url)) return fail("mixed", place);
  server.value = { kind: "asking" };
  const blocked: string[] = [];
  const note = ({ blockedURI }: SecurityPolicyViolationEvent) => blocked.push(blockedURI);
  document.addEventListener("securitypolicyviolation", note);
  try {
    // Only those who have a server fetch its client.
    const { Sam2Client } = await import("@sam2js/client");
    const client = new Sam2Client({ baseUrl: place.url, token: place.token, retries: 0 });
    const models = await client.models({ signal: AbortSignal.timeout(MAX_WAIT_MS) });
    const areOurs =
      Array.isArray(models) && models.every(({ fingerprint }) => typeof fingerprint === "string");
    if (areOurs) server.value = { kind: "there", place, models };
    else fail("stranger", place);
  } catch (error) {
    const fault = faultOf(error, place) ?? "unreachable";
    // Nobody knows a model yet that could have changed.
    fail(await sharpen(fault === "changed" ? "stranger" : fault, place, blocked), place);
  } finally {
    document.removeEventListener("securitypolicyviolation", note);
  }
}

/** Takes a model of the server into use. */
export function takeServerModel({ url, token }: ServerPlace, { name, fingerprint }: ServerModel): void {
  const choice: ServerChoice = { kind: "server", url, token, model: name, fingerprint };
  void loadModel(choice, devicePreference.value);
}

function fail(fault: ServerFault, place: ServerPlace): void {
  const app = NOT_FROM_HERE.includes(fault)
    ? { host: new URL(place.url).host, href: `${place.url}/app/` }
    : undefined;
  server.value = { kind: "failed", text: faultText(fault, place), app };
}

/** Browsers let a page from https ask over http on this computer alone. */
function isMixed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    location.protocol === "https:" && protocol === "http:" && !/^(localhost|127\.|\[::1\])/.test(hostname)
  );
}
