import { checkText, InputError } from "@sam2js/core";
import { proxyFetch } from "@sam2js/runtime-node";
import { RequestError } from "../../errors/request-error.js";
import { CvatError } from "./cvat-error.js";

/** Where CVAT is and who asks. */
export interface CvatAccess {
  /** Address of the server, such as `https://app.cvat.ai`. */
  readonly server: string;
  /** A personal access token of CVAT. */
  readonly token: string;
  /** Short name of the organization whose functions and tasks these are; empty for one's own. Default: CVAT's own choice. */
  readonly organization?: string | undefined;
}

/** What a request has beside its path. */
export interface CvatRequest {
  readonly signal: AbortSignal;
  /** Goes as JSON. */
  readonly body?: object | undefined;
  readonly query?: Readonly<Record<string, string | number>> | undefined;
}

/** No answer within so many ms counts as none. */
const MAX_REQUEST_MS = 60_000;
/** Annotations of a large task; what arrives is held in memory. */
const MAX_JSON_BYTES = 256 * 2 ** 20;

/** CVAT over HTTP, by way of the proxies that the environment names. Its methods throw {@link CvatError}. */
export class CvatApi {
  readonly #fetchAny = proxyFetch();
  readonly #root: URL;
  readonly #headers: Readonly<Record<string, string>>;

  /** @throws {InputError} no address of HTTP, or no token */
  constructor({ server, token, organization }: CvatAccess) {
    if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol))
      throw InputError.expected("server", "an address such as https://app.cvat.ai", JSON.stringify(server));
    checkText(token, "token", "a personal access token of CVAT");
    if (!/^[\x21-\x7e]+$/.test(token)) {
      const next = "make one in CVAT under your profile, and give it as CVAT_ACCESS_TOKEN";
      throw InputError.expected(
        "token",
        "a personal access token of CVAT",
        "none, or other characters",
        next,
      );
    }
    this.#root = new URL(server.endsWith("/") ? server : `${server}/`);
    this.#headers = {
      authorization: `Bearer ${token}`,
      "user-agent": "sam2js-cvat-agent",
      ...(organization !== undefined && { "x-organization": organization }),
    };
  }

  /** A request that is answered with JSON. @param path  such as `"api/functions"` */
  async json(method: "GET" | "POST", path: string, request: CvatRequest): Promise<unknown> {
    const bytes = await this.#read(method, path, request, MAX_JSON_BYTES);
    if (bytes.length === 0) return undefined;
    try {
      return JSON.parse(bytes.toString("utf8"));
    } catch (cause) {
      throw new CvatError(`${method} ${path}: expected JSON, got something else`, undefined, cause);
    }
  }

  /** A file. @throws {RequestError} it has more than `maxBytes` */
  bytes(path: string, request: CvatRequest, maxBytes: number): Promise<Buffer> {
    return this.#read("GET", path, request, maxBytes);
  }

  /** An answer that goes on until the server or `signal` ends it. */
  async stream(path: string, { signal }: CvatRequest): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#fetch("GET", path, { signal, accept: "text/event-stream" });
    if (!body) throw new CvatError(`GET ${path}: expected a stream, got no content`, undefined);
    return body;
  }

  async #read(method: string, path: string, request: CvatRequest, maxBytes: number): Promise<Buffer> {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(MAX_REQUEST_MS)]);
    const { body } = await this.#fetch(method, path, { ...request, signal, accept: "*/*" });
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of body ?? []) {
        length += chunk.length;
        if (length > maxBytes) throw tooLarge(path, `${maxBytes} bytes`);
        chunks.push(chunk);
      }
    } catch (cause) {
      throw RequestError.isInstance(cause) ? cause : this.#noAnswer(method, path, request.signal, cause);
    }
    return Buffer.concat(chunks);
  }

  async #fetch(
    method: string,
    path: string,
    { signal, body, query, accept }: CvatRequest & { readonly accept: string },
  ): Promise<Response> {
    const url = new URL(path, this.#root);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, `${value}`);
    const answer = await this.#fetchAny(url, {
      method,
      signal,
      redirect: "manual", // a token goes nowhere else, and a POST must stay one
      ...(body && { body: JSON.stringify(body) }),
      headers: { ...this.#headers, accept, ...(body && { "content-type": "application/json" }) },
    }).catch((cause) => {
      throw this.#noAnswer(method, path, signal, cause);
    });
    if (answer.ok) return answer;
    const text = (await answer.text().catch(() => "")).slice(0, 300);
    const to = answer.headers.get("location");
    const more = to ? `it is at ${to}; give that address` : text;
    throw new CvatError(`${method} ${path}: expected success, got status ${answer.status}: ${more}`, answer);
  }

  /** @returns the reason of an abort where there was one */
  #noAnswer(method: string, path: string, signal: AbortSignal, cause: unknown): unknown {
    if (signal.aborted && signal.reason?.name !== "TimeoutError") return signal.reason;
    const words =
      cause instanceof Error ? (cause.cause instanceof Error ? cause.cause : cause).message : cause;
    return new CvatError(`${method} ${path}: expected an answer, got none (${words})`, undefined, cause);
  }
}

/** What CVAT has is more than this agent takes. @param most  a number with its unit */
export function tooLarge(name: string, most: string): RequestError {
  return RequestError.moreThan(name, most, "make the task of smaller pictures");
}
