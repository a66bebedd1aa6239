import type { ImageSource } from "@sam2js/core";
import type { Mask } from "@sam2js/masks";
import { type ImageEmbeddings, segmentObjects } from "@sam2js/pipeline";
import type { ElementPrompt } from "../prompt/prompt.js";
import type { Lease, ModelParts } from "./shared-models.js";

/** A picture, and its size in pixels when shown upright. */
export interface SizedImage {
  readonly source: ImageSource;
  readonly width: number;
  readonly height: number;
}

/** One picture before one model: encoded once, then asked. */
export class Session {
  /** Settles when the picture is encoded, or cannot be. */
  readonly ready: Promise<void>;
  readonly #lease: Lease;
  readonly #image: SizedImage;
  readonly #end = new AbortController();
  #embeddings: ImageEmbeddings | undefined;
  #newest: ElementPrompt | undefined;
  #running: Promise<unknown> = Promise.resolve();

  /** @param onLoaded  is told when the model is there and the picture's turn has come */
  constructor(lease: Lease, image: SizedImage, onLoaded: () => void) {
    this.#lease = lease;
    this.#image = image;
    this.ready = this.#encode(onLoaded);
    this.ready.catch(() => undefined);
  }

  /** The mask of a prompt; undefined when a newer prompt came before its turn. */
  async ask(prompt: ElementPrompt): Promise<Mask | undefined> {
    this.#newest = prompt;
    await this.ready;
    await this.#running.catch(() => undefined);
    if (this.#newest !== prompt) return undefined;
    const answer = this.#segment(await this.#lease.parts, prompt);
    this.#running = answer;
    return answer;
  }

  /** Ends what is under way; whatever still waits rejects with an `AbortError`. */
  close(): void {
    this.#end.abort();
    const embeddings = this.#embeddings;
    this.#embeddings = undefined;
    void embeddings?.dispose();
    this.#lease.release();
  }

  async #encode(onLoaded: () => void): Promise<void> {
    const { signal } = this.#end;
    const { model, processor } = await this.#lease.parts;
    signal.throwIfAborted();
    onLoaded();
    const { pixelValues } = await processor.process({ images: [this.#image.source], signal });
    const embeddings = await model.getImageEmbeddings(pixelValues, { signal });
    if (signal.aborted) await embeddings.dispose();
    signal.throwIfAborted();
    this.#embeddings = embeddings;
  }

  async #segment(parts: ModelParts, prompt: ElementPrompt): Promise<Mask | undefined> {
    const { signal } = this.#end;
    signal.throwIfAborted();
    const { height, width } = this.#image;
    const embeddings = this.#embeddings as ImageEmbeddings;
    const [found] = await segmentObjects(parts, embeddings, [height, width], [prompt], { signal });
    return found?.mask;
  }
}
