import { Sam2Error } from "@sam2js/core";
import type { ServerChoice } from "../protocol/engine.js";
import { fill, words } from "../words/words.js";

/** What keeps a server from being used; `words().server.fault` says each. */
export type ServerFault = keyof ReturnType<typeof words>["server"]["fault"];

/** Where a server is, and whether it was given a token. */
export type ServerPlace = Pick<ServerChoice, "url" | "token">;

/** Statuses of HTTP that say what is wrong by themselves. */
const BY_STATUS: Readonly<Record<number, ServerFault>> = {
  403: "origin",
  404: "changed",
  429: "busy",
  502: "unreachable",
  503: "stopping",
  504: "unreachable",
};

/**
 * What an error of a request to a server comes from.
 *
 * @returns undefined where the server is fine, such as for a photo that it cannot read
 */
export function faultOf(error: unknown, { token }: ServerPlace): ServerFault | undefined {
  if (error instanceof SyntaxError) return "stranger"; // an answer that is not the JSON it should be
  if (!Sam2Error.isInstance(error)) return undefined;
  const { status } = error.facts;
  if (error.name !== "ServerError") return isOfOtherModel(error) ? "changed" : undefined;
  if (status === undefined) return error.code === "UNAVAILABLE" ? "unreachable" : undefined;
  if (status === 401) return token ? "unknownToken" : "token";
  if (status === 404 && error.code === "UNEXPECTED") return "stranger"; // no problem of ours
  return BY_STATUS[Number(status)];
}

/** Bytes or a decoder of another model than was asked for: the server was started anew. */
function isOfOtherModel({ code, facts }: Sam2Error): boolean {
  return code === "INVALID_CHECKPOINT" || (code === "INVALID_INPUT" && facts.name === "imageEmbeddings");
}

/** Browsers tell in a task of its own, after the request has failed, that the page's policy refused it. */
const POLICY_MS = 100;

/**
 * What browsers do not tell pages of a request that failed: whether it was refused, and by whom.
 *
 * @param blocked  addresses that the page's own policy refused, filled while this runs
 */
export async function sharpen(
  fault: ServerFault,
  { url }: ServerPlace,
  blocked: readonly string[],
): Promise<ServerFault> {
  if (fault !== "unreachable") return fault;
  const isThere = await fetch(`${url}/health`, { mode: "no-cors" }).then(
    () => true,
    () => false,
  );
  await new Promise((resolve) => setTimeout(resolve, POLICY_MS));
  if (blocked.some((address) => address.startsWith(url) || url.startsWith(address))) return "policy";
  return isThere ? "origin" : fault;
}

/** A fault in words, with what to do. */
export function faultText(fault: ServerFault, { url }: ServerPlace): string {
  const host = URL.canParse(url) ? new URL(url).host : url;
  return fill(words().server.fault[fault], { host, origin: location.origin });
}
