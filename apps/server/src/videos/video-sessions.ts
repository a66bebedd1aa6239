import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { FrameSource, ObjectId, Sam2VideoInferenceSession } from "@sam2js/video";
import type { Tenant } from "../access/tenants.js";
import type { Engine } from "../engine/engine.js";
import type { LoadedVideoModel } from "../engine/load-model.js";
import { RequestError } from "../errors/request-error.js";

/** The frames of a video, which are given back with {@link VideoFrames.close}. */
export interface VideoFrames extends FrameSource {
  readonly length: number;
  /** [height, width] in pixels. */
  readonly size: readonly [number, number];
  /** When a frame is shown, in seconds from the start, where that is known. */
  timeOf?(index: number): number;
  /** Ends what reads them. */
  close(): Promise<void>;
}

/** What a video session is made of. */
export interface VideoParts {
  readonly tenant: Tenant;
  readonly engine: Engine;
  readonly loaded: LoadedVideoModel;
  readonly session: Sam2VideoInferenceSession;
  readonly frames: VideoFrames;
}

/** Objects that are followed through one video, for one tenant. */
export class VideoSession {
  readonly id = randomUUID();
  readonly tenant: Tenant;
  readonly engine: Engine;
  readonly loaded: LoadedVideoModel;
  readonly session: Sam2VideoInferenceSession;
  readonly frames: VideoFrames;
  /** Ends sockets and work. */
  readonly ended: AbortSignal;
  readonly #controller = new AbortController();
  #usedMs = performance.now();
  #sockets = 0;

  constructor({ tenant, engine, loaded, session, frames }: VideoParts) {
    this.tenant = tenant;
    this.engine = engine;
    this.loaded = loaded;
    this.session = session;
    this.frames = frames;
    this.ended = this.#controller.signal;
    setMaxListeners(0, this.ended); // each socket listens
  }

  /** How long nobody did anything with it, in ms. */
  get idleMs(): number {
    return performance.now() - this.#usedMs;
  }

  /** Sockets that are open. */
  get sockets(): number {
    return this.#sockets;
  }

  /** It is used. @param sockets  how many more or less of them there are */
  touch(sockets = 0): void {
    this.#usedMs = performance.now();
    this.#sockets += sockets;
  }

  /** The state, as `VideoAnswer` describes it. */
  describe() {
    const { session, frames } = this;
    return {
      id: this.id,
      model: this.engine.name,
      size: [frames.size[0], frames.size[1]] as [number, number],
      frames: frames.length,
      objects: session.objectIds as ObjectId[],
      promptedFrames: session.promptedFrames,
    };
  }

  async dispose(reason: unknown): Promise<void> {
    this.#controller.abort(reason);
    await this.session.dispose();
    await this.frames.close();
  }
}

/** How often is looked for sessions that nobody uses. */
const SWEEP_MS = 5_000;

/** The video sessions of a server. */
export class VideoSessions {
  readonly #max: number;
  readonly #idleMs: number;
  readonly #sessions = new Map<string, VideoSession>();
  readonly #sweep: NodeJS.Timeout;
  #reserved = 0;

  /** @param idleMs  sessions that nobody used for so long end */
  constructor(max: number, idleMs: number) {
    this.#max = max;
    this.#idleMs = idleMs;
    this.#sweep = setInterval(() => void this.#endIdle(), Math.min(SWEEP_MS, idleMs)).unref();
  }

  /** How many there are. */
  get count(): number {
    return this.#sessions.size;
  }

  /**
   * Makes a session, if there is room for one.
   *
   * @throws {RequestError} 429: there are too many
   */
  async add(make: () => Promise<VideoParts>): Promise<VideoSession> {
    if (this.#sessions.size + this.#reserved >= this.#max) {
      throw new RequestError(
        "RATE_LIMITED",
        `videos: expected at most ${this.#max} at the same time, got another; delete one, or try again later`,
        { status: 429, retryAfterSeconds: Math.ceil(this.#idleMs / 1000) },
        { name: "videos", expected: this.#max, got: this.#max + 1 },
      );
    }
    this.#reserved += 1;
    try {
      const session = new VideoSession(await make());
      this.#sessions.set(session.id, session);
      return session;
    } finally {
      this.#reserved -= 1;
    }
  }

  /** The session of this id, where it is the tenant's. */
  find(tenant: Tenant, id: string): VideoSession | undefined {
    const session = this.#sessions.get(id);
    if (session?.tenant !== tenant) return undefined;
    session.touch();
    return session;
  }

  async end(session: VideoSession, reason = "the video was deleted"): Promise<void> {
    this.#sessions.delete(session.id);
    await session.dispose(RequestError.unavailable(reason));
  }

  async dispose(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values()].map((session) => this.end(session, "the server stops")));
  }

  async #endIdle(): Promise<void> {
    for (const session of this.#sessions.values()) {
      if (session.idleMs > this.#idleMs) await this.end(session, "nobody used the video");
    }
  }
}
