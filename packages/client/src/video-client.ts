import { checkOptions } from "@sam2js/core";
import type { ObjectPrompt, VideoInfo, VideoMasks } from "./answers.js";
import { ServerError } from "./server-error.js";
import { type CallOptions, init, type Transport, type WebSocketLike } from "./transport.js";

/** What the server says over the socket. */
interface Reply {
  readonly type: "masks" | "done" | "problem";
  readonly re?: number;
  readonly problem?: unknown;
  readonly cancelled?: boolean;
}

/** Which frames a propagation goes over. */
export interface PropagateOptions extends CallOptions {
  /** First frame; the earliest with prompts when missing. */
  readonly start?: number | undefined;
  /** So many frames after the first; all when missing. */
  readonly frames?: number | undefined;
  /** Default `"forward"`. */
  readonly direction?: "forward" | "backward" | "both" | undefined;
}

/** Answers to one message that nobody took yet. */
interface Conversation {
  readonly replies: Reply[];
  wake: () => void;
}

/** A video that is open on a server: prompt objects, follow them, correct, go on. */
export class VideoClient implements AsyncDisposable {
  /** Its state when it was opened. */
  readonly info: VideoInfo;
  readonly #transport: Transport;
  readonly #conversations = new Map<number, Conversation>();
  #socket: Promise<WebSocketLike> | undefined;
  #next = 1;

  /** @internal Made by `Sam2Client.openVideo`. */
  constructor(info: VideoInfo, transport: Transport) {
    this.info = info;
    this.#transport = transport;
  }

  /**
   * Says where objects are on a frame, for the first time or as a correction.
   *
   * @param options  `add`: to the points that the objects have there, rather than instead of them
   * @returns        the objects' masks on this frame
   * @throws {ServerError} prompts that do not fit together, no such frame
   */
  async prompt(
    frame: number,
    objects: readonly ObjectPrompt[],
    options: { readonly add?: boolean | undefined } = {},
  ): Promise<VideoMasks> {
    const [masks] = await this.#all({ type: "prompt", frame, objects, ...options });
    return masks as VideoMasks;
  }

  /** Follows the objects, frame by frame. Leaving the loop early ends the work; prompts may come between two frames. */
  async *propagate(options: PropagateOptions = {}): AsyncGenerator<VideoMasks, void> {
    checkOptions(options, ["start", "frames", "direction", "signal"], "propagate");
    const { signal, ...message } = options;
    signal?.throwIfAborted();
    const cancel = () => void this.#say({ type: "cancel" }).catch(() => undefined); // the socket may be gone
    signal?.addEventListener("abort", cancel, { once: true });
    let isDone = false;
    try {
      for await (const masks of this.#ask({ type: "propagate", ...message })) yield masks;
      isDone = true;
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener("abort", cancel);
      if (!isDone) cancel();
    }
  }

  /** Forgets an object. */
  async remove(object: string | number): Promise<void> {
    await this.#all({ type: "remove", object });
  }

  /** Takes the prompt of an object on a frame back. */
  async clear(object: string | number, frame: number): Promise<void> {
    await this.#all({ type: "clear", object, frame });
  }

  /** Forgets all objects. */
  async reset(): Promise<void> {
    await this.#all({ type: "reset" });
  }

  /** Prompts and memories as bytes, for `openVideo({ session })` later or elsewhere. */
  async save(options: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const path = `/v1/videos/${this.info.id}/session`;
    const response = await this.#transport.request(path, init(options, "save"));
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Closes the video on the server. */
  async close(): Promise<void> {
    (await this.#socket?.catch(() => undefined))?.close(); // one that never opened
    await this.#transport.request(`/v1/videos/${this.info.id}`, { method: "DELETE" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #all(message: object): Promise<VideoMasks[]> {
    const all: VideoMasks[] = [];
    for await (const masks of this.#ask(message)) all.push(masks);
    return all;
  }

  /** Sends a message. @returns  its number */
  async #say(message: object): Promise<number> {
    const socket = await this.#open();
    const id = this.#next++;
    this.#conversations.set(id, { replies: [], wake: () => undefined });
    socket.send(JSON.stringify({ id, ...message }));
    return id;
  }

  async *#ask(message: object): AsyncGenerator<VideoMasks, void> {
    const id = await this.#say(message);
    const conversation = this.#conversations.get(id) as Conversation;
    try {
      for (;;) {
        const reply = conversation.replies.shift();
        if (!reply) {
          await new Promise<void>((resolve) => {
            conversation.wake = resolve;
          });
        } else if (reply.type === "problem") {
          throw ServerError.fromProblem(reply.problem);
        } else if (reply.type === "done") {
          return;
        } else {
          yield reply as unknown as VideoMasks;
        }
      }
    } finally {
      this.#conversations.delete(id);
    }
  }

  #open(): Promise<WebSocketLike> {
    this.#socket ??= new Promise((resolve, reject) => {
      const socket = this.#transport.socket(`/v1/videos/${this.info.id}`);
      const lost = () => {
        this.#socket = undefined; // the next message opens another
        const problem = { code: "UNAVAILABLE", detail: "the connection to the video was lost; ask again" };
        reject(ServerError.fromProblem(problem));
        for (const id of this.#conversations.keys()) this.#take({ type: "problem", re: id, problem });
      };
      socket.addEventListener("open", () => resolve(socket));
      socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data))));
      socket.addEventListener("close", lost);
      socket.addEventListener("error", lost);
    });
    return this.#socket;
  }

  #take(reply: Reply): void {
    const conversation = this.#conversations.get(reply.re ?? 0);
    conversation?.replies.push(reply);
    conversation?.wake();
  }
}
