import { DisposedError, EngineError, ImageError } from "../../errors/errors.js";
import {
  type DecodeOptions,
  type ImageSource,
  isPixelImage,
  type PngSource,
  type RgbImage,
} from "../../images/image.js";
import { rgbFromPixels } from "../../images/rgb-from-pixels.js";
import { raceAbort, throwIfAborted } from "../../work/abort.js";
import type { RuntimeCapabilities } from "../../runtime/capabilities.js";
import type { ModelStore } from "../../runtime/model-store.js";
import type { WorkOptions } from "../../work/progress.js";
import type { Runtime } from "../../runtime/runtime.js";
import type { Session, SessionDescription, ValueTypes } from "../../runtime/session.js";
import type { FakeDeviceTensor } from "./fake-device-tensor.js";
import { type FakeProgram, FakeSession } from "./fake-session.js";
import { MemoryStore } from "../memory-store.js";

/** What a {@link FakeRuntime} is made of; everything has a default. */
export interface FakeRuntimeOptions {
  /** By `SessionDescription.name`. A session without a program ends in an EngineError. */
  readonly programs?: Readonly<Record<string, FakeProgram>>;
  /** Decodes what is not pixels; without it, that is no image. */
  readonly decode?: (source: ImageSource, options: DecodeOptions) => Promise<RgbImage>;
  /** A fresh {@link MemoryStore} by default. */
  readonly store?: ModelStore;
  /** Replaces single answers of `capabilities()`. Defaults: CPU, fp32, fused attention, 16 prompts a run, 1 thread. */
  readonly capabilities?: Partial<RuntimeCapabilities>;
}

/** A {@link Runtime} without an engine: its sessions are TypeScript functions. For tests of everything that is handed a runtime. */
export class FakeRuntime implements Runtime {
  readonly specificationVersion = 1;
  readonly name = "fake";
  readonly store: ModelStore;
  readonly #options: FakeRuntimeOptions;
  readonly #sessions = new Set<FakeSession>();
  readonly #tensors = new Set<FakeDeviceTensor>();
  #queue: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  constructor(options: FakeRuntimeOptions = {}) {
    this.#options = options;
    this.store = options.store ?? new MemoryStore();
  }

  /** Sessions that are not disposed of: tests look here for leaks. */
  get liveSessions(): number {
    return this.#sessions.size;
  }

  async capabilities(): Promise<RuntimeCapabilities> {
    return {
      device: "cpu",
      devices: [{ device: "cpu", available: true, detail: "TypeScript functions" }],
      dtypes: ["fp32"],
      fusedAttention: true,
      promptsPerRun: 16,
      threads: 1,
      engine: "fake",
      ...this.#options.capabilities,
    };
  }

  async createSession<I extends ValueTypes, O extends ValueTypes>(
    description: SessionDescription<I, O>,
    { signal }: WorkOptions = {},
  ): Promise<Session<I, O>> {
    this.#checkUsable();
    throwIfAborted(signal);
    await raceAbort(description.build(), signal);
    this.#checkUsable();
    const { programs = {} } = this.#options;
    const { name } = description;
    const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
    if (!program) {
      throw new EngineError(
        `${name}: the fake runtime has programs for ${Object.keys(programs).join(", ") || "nothing"}`,
      );
    }
    const session: FakeSession = new FakeSession(description, program, {
      runtime: this,
      enqueue: (work) => this.#enqueue(work),
      track: (tensor) => this.#tensors.add(tensor),
      untrack: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    return session as Session as Session<I, O>;
  }

  async decodeImage(source: ImageSource, options: DecodeOptions = {}): Promise<RgbImage> {
    this.#checkUsable();
    throwIfAborted(options.signal);
    if (isPixelImage(source)) return rgbFromPixels(source, options);
    if (this.#options.decode) return this.#options.decode(source, options);
    throw new ImageError("image: the fake runtime takes decoded pixels only; give it a `decode`");
  }

  async readImageBytes(source: string | URL | Blob): Promise<Uint8Array> {
    this.#checkUsable();
    if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
    throw new ImageError("image: the fake runtime takes blobs only; give it the bytes");
  }

  /** A text that says what was to be encoded: no PNG. */
  async encodePng(image: PngSource): Promise<Uint8Array> {
    this.#checkUsable();
    const { data, palette } = image;
    const plain = { ...image, data: Array.from(data), palette: palette && Array.from(palette) };
    return new TextEncoder().encode(JSON.stringify(plain));
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    for (const session of this.#sessions) await session.dispose();
    for (const tensor of this.#tensors) await tensor.dispose();
    this.#tensors.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** One thing at a time, in the order of the calls. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #checkUsable(): void {
    if (this.#isDisposed) throw new DisposedError("runtime");
  }
}
