import type { IncomingMessage } from "node:http";
import { InputError } from "@sam2js/core";
import { fromBase64 } from "../../http/read-body.js";
import type { LabelStudioSettings } from "../label-studio-options.js";
import type { Credentials } from "./credentials.js";
import { askHost, type Network } from "./http-get.js";
import { readBytes } from "./read-bytes.js";

/** Cloud storages answer by way of one or two redirects. */
const MAX_REDIRECTS = 5;

/** A task's picture or video, and who asks for it. */
export interface MediaRequest {
  /** As the task's data hold it: `/data/upload/…`, an address, `s3://…`, or `data:…`. */
  readonly reference: string;
  /** Id of the task, by which Label Studio resolves references to storages. */
  readonly taskId: number | string | undefined;
  /** How Label Studio calls itself; its references to itself are asked for where we reach it. */
  readonly hostname: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly signal: AbortSignal;
}

/** Fetches media of tasks: from Label Studio with its token, from other hosts only where they are allowed, and never with the token. */
export class Media {
  readonly #settings: LabelStudioSettings;
  readonly #network: Network | undefined;

  /** @param network  other hosts; tests have their own */
  constructor(settings: LabelStudioSettings, network?: Network) {
    this.#settings = settings;
    this.#network = network;
  }

  /**
   * The bytes of a picture or video.
   *
   * @throws {InputError} it may not or cannot be fetched  @throws {RequestError} 413: it has more than `maxBytes`
   */
  async read(request: MediaRequest, maxBytes: number): Promise<Uint8Array> {
    if (request.reference.startsWith("data:")) return fromBase64(request.reference);
    return readBytes(await this.#fetch(request), maxBytes);
  }

  async #fetch({ reference, taskId, hostname, credentials, signal }: MediaRequest): Promise<IncomingMessage> {
    let url = this.#locate(reference, taskId, hostname);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const isLabelStudio = url.origin === this.#settings.base.origin;
      if (!isLabelStudio && !this.#settings.mediaOrigins.includes(url.origin)) throw refused(url);
      const authorization = isLabelStudio ? await credentials?.authorization(signal) : undefined;
      const answer = await askHost(
        url,
        { headers: authorization ? { authorization } : {}, isGuarded: !isLabelStudio, signal },
        this.#network,
      );
      const { statusCode = 0 } = answer;
      if (statusCode === 200) return answer;
      answer.destroy();
      const { location } = answer.headers;
      if (statusCode < 300 || statusCode > 399 || !location || !URL.canParse(location, url.href))
        throw unanswered(url, statusCode);
      url = new URL(location, url);
    }
    throw InputError.expected("media", `at most ${MAX_REDIRECTS} redirects`, "more");
  }

  /** Where a reference is asked for. */
  #locate(reference: string, taskId: MediaRequest["taskId"], hostname: string | undefined): URL {
    const { base } = this.#settings;
    const root = base.href.replace(/\/$/, "");
    const own = hostname?.replace(/\/+$/, "");
    const isOwn = own && reference.startsWith(`${own}/`);
    const local = isOwn ? reference.slice(own.length) : reference;
    if (/^https?:\/\//i.test(local) && URL.canParse(local)) return new URL(local);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(local)) {
      // s3://, gs://, azure-blob://: Label Studio knows the storage, and answers with a redirect or the bytes.
      const uri = Buffer.from(local).toString("base64");
      return new URL(`${root}/tasks/${taskId}/resolve/?fileuri=${encodeURIComponent(uri)}`);
    }
    if (!local.startsWith("/") || local.startsWith("//"))
      throw InputError.expected("media", "/data/…, an address, s3://… or data:…", JSON.stringify(local));
    const isPrefixed = base.pathname !== "/" && local.startsWith(`${base.pathname}/`);
    return new URL(isPrefixed ? `${base.origin}${local}` : `${root}${local}`);
  }
}

function refused(url: URL): InputError {
  return InputError.expected(
    "media",
    "an address of Label Studio, or of an origin that is allowed",
    url.origin,
    "start the server with --media-origin to allow it",
  );
}

function unanswered(url: URL, status: number): InputError {
  const where = `${url.origin}${url.pathname}`;
  const next =
    status === 401 || status === 403
      ? "give the server a personal access token of Label Studio: --label-studio-token"
      : "open it in a browser to see why";
  return InputError.expected("media", `${where} to be handed out`, `status ${status}`, next);
}
