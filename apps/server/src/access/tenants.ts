import { createHash, timingSafeEqual } from "node:crypto";
import { checkTexts, InputError } from "@sam2js/core";
import { RequestError } from "../errors/request-error.js";

/** Who asks, as far as data are kept apart: a name made from the token, fit for logs. */
export type Tenant = string;

/** Who asks where no token is needed. */
const EVERYBODY: Tenant = "everybody";

/** Shorter ones can be tried out. */
const MIN_TOKEN_CHARACTERS = 16;

/** The tokens that a server knows. Without any, everybody is one tenant. */
export class Tenants {
  readonly #digests: readonly Buffer[];

  /** @throws {InputError} a token that can be guessed, or has characters that no header carries */
  constructor(tokens: readonly string[]) {
    checkTexts(tokens, "tokens", "a list of tokens");
    for (const token of tokens) {
      if (token.length < MIN_TOKEN_CHARACTERS || !/^[\x21-\x7e]+$/.test(token)) {
        throw InputError.expected(
          "token",
          `${MIN_TOKEN_CHARACTERS} or more printable ASCII characters without spaces`,
          `${token.length} characters`,
          "for example the output of openssl rand -hex 32",
        );
      }
    }
    this.#digests = tokens.map(digest);
  }

  /** Whether a token is needed at all. */
  get areKnown(): boolean {
    return this.#digests.length > 0;
  }

  /** Whether data need to be kept apart. */
  get areSeveral(): boolean {
    return this.#digests.length > 1;
  }

  /**
   * Who sent a request.
   *
   * @param authorization  `Bearer TOKEN`, or `Basic` with the token as password, which browsers and Label Studio send
   * @throws {RequestError} 401: no token, or an unknown one
   */
  identify(authorization: string | undefined): Tenant {
    if (!this.areKnown) return EVERYBODY;
    const token = tokenOf(authorization ?? "");
    const given = digest(token ?? "");
    // Every token is compared, digest with digest: the time tells neither which nor how much of it is right.
    let known: Buffer | undefined;
    for (const each of this.#digests) if (timingSafeEqual(each, given)) known = each;
    if (known && token) return known.toString("hex", 0, 6);
    const got = token ? "an unknown token" : "none";
    throw new RequestError(
      "ACCESS_DENIED",
      `authorization: expected a token that the server knows, got ${got}; send Authorization: Bearer TOKEN`,
      { status: 401 },
      { name: "authorization", expected: "a known token", got },
    );
  }
}

function tokenOf(authorization: string): string | undefined {
  const [, scheme = "", value = ""] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
