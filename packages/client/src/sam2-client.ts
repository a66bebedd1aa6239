import { checkIterable, describeValue, InputError } from "@sam2js/core";
import type {
  BatchRequest,
  BatchState,
  Embedding,
  GenerateAnswer,
  GenerateEvent,
  GenerateRequest,
  ModelInfo,
  SegmentAnswer,
  SegmentRequest,
  VideoInfo,
} from "./answers.js";
import { BatchClient } from "./batch-client.js";
import { followEvents } from "./follow-events.js";
import type { StreamEvent } from "./read-events.js";
import { ServerError } from "./server-error.js";
import {
  type CallOptions,
  type ClientOptions,
  init,
  type Picture,
  pictureForm,
  Transport,
  toBlob,
} from "./transport.js";
import { VideoClient } from "./video-client.js";

/** Which model encodes. */
export interface EncodeOptions extends CallOptions {
  /** One of `models()`; the server's first when missing. */
  readonly model?: string | undefined;
}

/** How embeddings are read. */
export interface ReadEmbeddingOptions extends EncodeOptions {
  /** `"f32"` (default) is exact, `"f16"` half of it, `"q8"` a quarter. */
  readonly precision?: "f32" | "f16" | "q8" | undefined;
}

/** An embedding itself. */
export interface EmbeddingBytes extends Pick<Embedding, "id" | "encoded"> {
  /** For `ImageEmbeddings.deserialize` of `@sam2js/embeddings`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A video, and how it is opened. */
export interface OpenVideoOptions extends EncodeOptions {
  /** Pictures, in order. */
  readonly frames?: readonly Picture[] | undefined;
  /** A video file, instead of frames; not every server reads them. */
  readonly video?: Picture | undefined;
  /** What `VideoClient.save` gave, to go on there; with the same frames. */
  readonly session?: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * A server of sam2js (`sam2 serve`): embeddings, masks and videos, by fetch alone.
 *
 * ```ts
 * const client = new Sam2Client({ baseUrl: "http://127.0.0.1:8000" });
 * const { objects } = await client.segment({ image: file }, { objects: [{ points: [[500, 375]] }] });
 * ```
 */
export class Sam2Client {
  readonly #transport: Transport;

  /** @throws {InputError} no URL of http(s), or an unknown option */
  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
  }

  /** Whether the server takes work: its models are loaded, and it is not about to stop. False, too, where it cannot be reached. */
  async isReady(options: CallOptions = {}): Promise<boolean> {
    const answer = await this.#transport.request("/ready", init(options, "isReady")).catch((error) => {
      if (ServerError.isInstance(error)) return undefined;
      throw error;
    });
    return answer !== undefined;
  }

  /** The models of the server, the default first. */
  async models(options: CallOptions = {}): Promise<ModelInfo[]> {
    const answer = this.#transport.json<{ models: ModelInfo[] }>("/v1/models", init(options, "models"));
    return (await answer).models;
  }

  /**
   * A model's decoder, for `openDecoderFile` of `@sam2js/checkpoint`: the server encodes, a decoder elsewhere answers. About 17 MB of any size of model.
   *
   * @param fingerprint  of the model, as `models()` tells it
   */
  async readDecoder(fingerprint: string, options: CallOptions = {}): Promise<Blob> {
    const path = `/v1/decoders/${encodeURIComponent(fingerprint)}`;
    return (await this.#transport.request(path, init(options, "readDecoder"))).blob();
  }

  /** Encodes a picture, once: the same picture is not encoded again, whoever sends it. */
  async encode(image: Picture, options: EncodeOptions = {}): Promise<Embedding> {
    const asked = init(options, "encode", ["model"]);
    return this.#transport.json(`/v1/embeddings${query({ model: options.model })}`, {
      method: "POST",
      body: pictureForm(image),
      ...asked,
    });
  }

  /** As {@link Sam2Client.encode} and {@link Sam2Client.readEmbedding} in one request, which also servers answer that keep little in memory. */
  async encodeToBytes(image: Picture, options: ReadEmbeddingOptions = {}): Promise<EmbeddingBytes> {
    const asked = init(options, "encodeToBytes", ["model", "precision"]);
    const { model, precision } = options;
    const response = await this.#transport.request(
      `/v1/embeddings${query({ model, precision, include: "bytes" })}`,
      { method: "POST", body: pictureForm(image), ...asked },
    );
    const id = response.headers.get("x-embedding-id") ?? "";
    const encoded = response.headers.get("x-encoded") === "true";
    return { id, encoded, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  /** The bytes of an embedding, for `ImageEmbeddings.deserialize` of `@sam2js/embeddings`: the server encodes, a decoder elsewhere answers. */
  async readEmbedding(id: string, options: ReadEmbeddingOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const asked = init(options, "readEmbedding", ["model", "precision"]);
    const { model, precision } = options;
    const path = `/v1/embeddings/${encodeURIComponent(id)}${query({ model, precision })}`;
    return new Uint8Array(await (await this.#transport.request(path, asked)).arrayBuffer());
  }

  /** Forgets an embedding; it need not be there. */
  async forget(id: string, options: CallOptions = {}): Promise<void> {
    const path = `/v1/embeddings/${encodeURIComponent(id)}`;
    await this.#transport.request(path, { method: "DELETE", ...init(options, "forget") });
  }

  /**
   * Masks of what prompts point at.
   *
   * @param picture  the picture, or the id of its embedding, which spares sending it
   * @throws {ServerError} prompts that are not right; `NOT_FOUND` where the server no longer has the embedding: send the picture
   */
  async segment(
    picture: { readonly image: Picture } | { readonly embedding: string },
    request: SegmentRequest,
    options: CallOptions = {},
  ): Promise<SegmentAnswer> {
    const asked = { method: "POST", ...init(options, "segment") };
    const { image, embedding } = (picture ?? {}) as { readonly image?: Picture; readonly embedding?: string };
    if (image === undefined && embedding === undefined) {
      throw InputError.expected("segment", "{ image } or { embedding }", describeValue(picture));
    }
    if (image !== undefined) {
      return this.#transport.json("/v1/segment", { ...asked, body: pictureForm(image, request) });
    }
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ embedding, ...request });
    return this.#transport.json("/v1/segment", { ...asked, headers, body });
  }

  /** Masks of everything in a picture. */
  async generate(
    image: Picture,
    request: GenerateRequest = {},
    options: CallOptions = {},
  ): Promise<GenerateAnswer> {
    const body = pictureForm(image, request);
    return this.#transport.json("/v1/generate", { method: "POST", body, ...init(options, "generate") });
  }

  /** As {@link Sam2Client.generate}, with masks as they are found. A connection that breaks is taken up again; leaving the loop early cancels the job. */
  async *generateStream(
    image: Picture,
    request: GenerateRequest = {},
    options: CallOptions = {},
  ): AsyncGenerator<GenerateEvent, void> {
    const given = init(options, "generateStream");
    const response = await this.#transport.request("/v1/generate", {
      method: "POST",
      body: pictureForm(image, request),
      headers: { accept: "text/event-stream" },
      ...given,
    });
    const job = response.headers.get("location") ?? "";
    let isOver = false;
    try {
      for await (const event of followEvents(this.#transport, job, options, response)) {
        isOver = event.type === "done" || event.type === "problem";
        yield read(event);
        if (isOver) return;
      }
    } finally {
      // The job may be over, or the server gone.
      if (!isOver) await this.#transport.request(job, { method: "DELETE" }).catch(() => undefined);
    }
  }

  /**
   * Lets the server's workers do very many pictures, or whole videos. They lie in the server's source already; nothing is sent.
   *
   * @throws {ServerError} `NOT_FOUND` where the server has no workers, or what is asked for is not right
   */
  async startBatch(request: BatchRequest, options: CallOptions = {}): Promise<BatchClient> {
    const { id } = await this.#transport.json<BatchState>("/v1/batches", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      ...init(options, "startBatch"),
    });
    return this.batch(id);
  }

  /** A batch that was started before. Nothing is asked of the server yet. */
  batch(id: string): BatchClient {
    return new BatchClient(id, this.#transport);
  }

  /**
   * Opens a video on the server.
   *
   * @throws {InputError} neither or both of frames and a file  @throws {ServerError} it cannot be read, or the server holds too many
   */
  async openVideo(options: OpenVideoOptions): Promise<VideoClient> {
    const given = init(options ?? null, "openVideo", ["frames", "video", "session", "model"]);
    const { frames, video, session, model } = options;
    if ((frames === undefined) === (video === undefined))
      throw InputError.expected("openVideo", "frames or a video", video ? "both" : "neither");
    if (frames !== undefined) checkIterable(frames, "frames", "a list of pictures");
    const body = new FormData();
    for (const frame of frames ?? []) body.append("frames", toBlob(frame, "frames"), "frame");
    if (video) body.set("video", toBlob(video, "video"), "video");
    if (session) body.set("session", toBlob(session, "session"), "session");
    if (model !== undefined) body.set("request", JSON.stringify({ model }));
    const info = await this.#transport.json<VideoInfo>("/v1/videos", {
      method: "POST",
      body,
      ...given,
    });
    return new VideoClient(info, this.#transport);
  }
}

function read({ type, data }: StreamEvent): GenerateEvent {
  const json = JSON.parse(data);
  if (type === "problem") throw ServerError.fromProblem(json);
  if (type === "found") return { type, mask: json };
  if (type === "progress") return { type, done: json.done, total: json.total };
  return { type: "done", result: json };
}

function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
