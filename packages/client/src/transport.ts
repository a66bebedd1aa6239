import { checkOptions, describeValue, InputError } from "@sam2js/core";
import { ServerError } from "./server-error.js";

/** How a server is reached. */
export interface ClientOptions {
  /** Where it listens, with a path where a proxy adds one: `"http://127.0.0.1:8000"`. */
  readonly baseUrl: string | URL;
  /** The token that the server was given; none where it needs none. */
  readonly token?: string | undefined;
  /** How often a request that the server puts off (429, 503 with `Retry-After`) is sent again. Default 2. */
  readonly retries?: number | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** For videos. Default: the global one, which Node has from version 22 on; before, give that of `ws`. */
  readonly WebSocket?: WebSocketClass | undefined;
}

/** What a client needs of a WebSocket. */
export interface WebSocketLike {
  /** 1 while it is open. */
  readonly readyState: number;
  /** Sends text. */
  send(text: string): void;
  /** Hangs up. */
  close(): void;
  /** Listens, as the platform's class does. */
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly data?: unknown; readonly reason?: unknown }) => void,
  ): void;
}

/** The class of WebSockets: the platform's, or that of `ws`. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocketLike;

/** How a call can be given up. */
export interface CallOptions {
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** A picture: the bytes of an image file, or a `File`. */
export type Picture = Blob | Uint8Array<ArrayBuffer> | ArrayBuffer;

/** The longest pause that the client makes by itself, in seconds. */
const MAX_PAUSE_SECONDS = 60;

/** Requests to one server. */
export class Transport {
  readonly #base: string;
  readonly #token: string | undefined;
  readonly #retries: number;
  readonly #fetch: typeof globalThis.fetch;
  readonly #WebSocket: WebSocketClass | undefined;

  /** @throws {InputError} no URL of http(s), or an unknown option */
  constructor(options: ClientOptions) {
    checkOptions(options ?? null, ["baseUrl", "token", "retries", "fetch", "WebSocket"], "Sam2Client");
    const { baseUrl, token, retries = 2, fetch = globalThis.fetch } = options;
    const base = String(baseUrl);
    if (!/^https?:$/.test(URL.canParse(base) ? new URL(base).protocol : ""))
      throw InputError.expected("baseUrl", "http://host:port", base);
    this.#base = base.replace(/\/+$/, "");
    this.#token = token;
    this.#retries = retries;
    this.#fetch = (input, init) => fetch(input, init); // the global one must not be called as a method of ours
    this.#WebSocket = options.WebSocket ?? (globalThis.WebSocket as unknown as WebSocketClass | undefined);
  }

  /**
   * An answer that is fine. Requests that are put off are sent again after the pause that the server asks for.
   *
   * @throws {ServerError} the server refuses, or cannot be reached  @throws the signal's reason
   */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const response = await this.#send(path, init);
      if (response.ok) return response;
      const error = await ServerError.fromResponse(response);
      const pause = error.retryAfterSeconds;
      if (attempt >= this.#retries || pause === undefined || pause > MAX_PAUSE_SECONDS) throw error;
      await sleep(pause, init.signal ?? undefined);
    }
  }

  /** The JSON of an answer. */
  async json<T>(path: string, init?: RequestInit): Promise<T> {
    return (await this.request(path, init)).json() as Promise<T>;
  }

  /** A socket that is not open yet. @throws {InputError} the platform has no WebSocket */
  socket(path: string): WebSocketLike {
    if (!this.#WebSocket) {
      const next = 'import { WebSocket } from "ws" and give it to new Sam2Client({ WebSocket })';
      throw InputError.expected("WebSocket", "one of the platform, or in the options", "none", next);
    }
    const protocols = this.#token ? ["sam2js", `bearer.${this.#token}`] : ["sam2js"];
    return new this.#WebSocket(`${this.#base.replace(/^http/, "ws")}${path}`, protocols);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#token) headers.set("authorization", `Bearer ${this.#token}`);
    try {
      return await this.#fetch(`${this.#base}${path}`, { ...init, headers });
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw new ServerError("UNAVAILABLE", `${this.#base}: cannot be reached; is the server running?`, {
        cause,
      });
    }
  }
}

/** What a request takes of a call's options. @throws {InputError} one that the call `what` does not have */
export function init(options: CallOptions, what: string, names: readonly string[] = []): RequestInit {
  checkOptions(options, [...names, "signal"], what);
  return options.signal ? { signal: options.signal } : {};
}

/** A form with a picture and what is asked of it. */
export function pictureForm(picture: Picture, request?: object): FormData {
  const form = new FormData();
  form.set("image", toBlob(picture), "image");
  if (request) form.set("request", JSON.stringify(request));
  return form;
}

/** @throws {InputError} something else, as the path of a file, whose letters would be sent */
export function toBlob(bytes: Picture, name = "image"): Blob {
  if (bytes instanceof Blob) return bytes;
  if (ArrayBuffer.isView(bytes) || bytes instanceof ArrayBuffer) return new Blob([bytes]);
  throw InputError.expected(
    name,
    "the bytes of a file, or a Blob",
    describeValue(bytes),
    "read the file first",
  );
}

/** Waits. @throws the signal's reason */
export function sleep(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, 1000 * seconds);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
