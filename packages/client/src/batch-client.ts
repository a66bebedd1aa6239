import { checkText } from "@sam2js/core";
import type { BatchEvent, BatchState } from "./answers.js";
import { followEvents } from "./follow-events.js";
import { ServerError } from "./server-error.js";
import { type CallOptions, init, type Transport } from "./transport.js";

/** A batch that a server's workers do. It goes on whether anybody follows it or not. */
export class BatchClient {
  /** Its name on the server, to come back to it: `Sam2Client.batch`. */
  readonly id: string;
  readonly #transport: Transport;

  /** @internal Made by `Sam2Client.startBatch` and `batch`. */
  constructor(id: string, transport: Transport) {
    checkText(id, "id", "the id of a batch");
    this.id = id;
    this.#transport = transport;
  }

  /** How far it is. @throws {ServerError} there is none of this id */
  async state(options: CallOptions = {}): Promise<BatchState> {
    return this.#transport.json(this.#path, init(options, "state"));
  }

  /**
   * What it tells, until it is done. A connection that breaks is taken up again; after a restart of the server the parts that are done are told again.
   *
   * @throws {ServerError} it failed, or was cancelled
   */
  async *events(options: CallOptions = {}): AsyncGenerator<BatchEvent, void> {
    init(options, "events");
    for await (const { type, data } of followEvents(this.#transport, `${this.#path}/events`, options)) {
      const json = JSON.parse(data);
      if (type === "problem") throw ServerError.fromProblem(json);
      if (type === "done") {
        yield { type, state: json };
        return;
      }
      yield { type, ...json };
    }
  }

  /** A file of its results: `coco.json`, `rle.jsonl`, `failures.jsonl`, or one below `shards`, `labels`, `tracks` or `embeddings`. */
  async file(name: string, options: CallOptions = {}): Promise<Blob> {
    checkText(name, "name", "the name of a file, such as coco.json");
    const path = `${this.#path}/file?${new URLSearchParams({ name })}`;
    return (await this.#transport.request(path, init(options, "file"))).blob();
  }

  /** Cancels it. What is done of it stays. */
  async cancel(options: CallOptions = {}): Promise<void> {
    await this.#transport.request(this.#path, { method: "DELETE", ...init(options, "cancel") });
  }

  get #path(): string {
    return `/v1/batches/${encodeURIComponent(this.id)}`;
  }
}
