import { InputError } from "@sam2js/core";
import { askHost } from "./http-get.js";
import { readBytes } from "./read-bytes.js";

/** Answers of Label Studio with a token have a few hundred bytes. */
const MAX_ANSWER_BYTES = 2 ** 16;
/** An access token is asked for anew so long before it ends. */
const EARLY_MS = 30_000;

/** The `Authorization` of requests to Label Studio: `Token …`, or for a personal access token (a JWT) `Bearer …` with what it is exchanged for. */
export class Credentials {
  readonly #base: URL;
  readonly #token: string;
  #access: { readonly token: string; readonly until: number } | undefined;

  constructor(base: URL, token: string) {
    this.#base = base;
    this.#token = token;
  }

  /** @throws {InputError} Label Studio does not take the personal access token */
  async authorization(signal: AbortSignal): Promise<string> {
    if (expiryOf(this.#token) === undefined) return `Token ${this.#token}`;
    if (!this.#access || this.#access.until < Date.now()) this.#access = await this.#exchange(signal);
    return `Bearer ${this.#access.token}`;
  }

  async #exchange(signal: AbortSignal): Promise<{ readonly token: string; readonly until: number }> {
    const url = new URL(`${this.#base.href.replace(/\/$/, "")}/api/token/refresh`);
    const answer = await askHost(url, { json: { refresh: this.#token }, isGuarded: false, signal });
    const text = Buffer.from(await readBytes(answer, MAX_ANSWER_BYTES)).toString("utf8");
    const token = answer.statusCode === 200 ? accessOf(text) : undefined;
    if (token) return { token, until: (expiryOf(token) ?? 0) - EARLY_MS };
    throw InputError.expected(
      "token",
      "a personal access token that Label Studio takes",
      `one that it answers ${answer.statusCode}`,
      "make one in Account & Settings",
    );
  }
}

function accessOf(text: string): string | undefined {
  try {
    const { access } = JSON.parse(text) as { readonly access?: unknown };
    return typeof access === "string" ? access : undefined;
  } catch {
    return undefined;
  }
}

/** When a JWT ends, in ms since 1970; undefined for what is no JWT. */
function expiryOf(token: string): number | undefined {
  const [, payload, signature] = token.split(".");
  if (!payload || signature === undefined) return undefined;
  try {
    const { exp = 0 } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { readonly exp?: number };
    return exp * 1000;
  } catch {
    return undefined;
  }
}
