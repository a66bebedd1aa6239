import {
  checkOptions,
  DisposedError,
  describeValue,
  elementCount,
  InputError,
  isDeviceTensor,
  type Resident,
  type TensorLike,
} from "@sam2js/core";
import {
  type DecoderEmbeddings,
  type DecoderPrelude,
  embeddingsFromReference,
  embeddingsToReference,
  type ReferenceEmbeddings,
} from "@sam2js/graph";
import { type PictureFacts, parseEmbeddings, writeEmbeddings } from "./embedding-bytes.js";
import { isPrecision, PRECISIONS, type Precision } from "./precision.js";

/** How embeddings are turned into bytes. */
export interface SerializeOptions {
  /** Default `"f32"`. `"f16"` takes half of it, `"q8"` a quarter; the README has how well their masks agree. */
  readonly precision?: Precision | undefined;
  /** The picture that was encoded; stands in the bytes. Default: as it is known. */
  readonly picture?: PictureFacts | undefined;
}

/** Where the embeddings of one image lie, and what was computed from them once for all prompts. */
export interface ImageState {
  /** In the decoder's layouts. */
  readonly tensors: DecoderEmbeddings<Resident<"float32">>;
  /** Set by the model on the first decode: what all prompts share of the image. */
  prelude?: Promise<DecoderPrelude> | undefined;
  /** Set by a model of ready-made graphs: the levels in the reference's layout, which they take. */
  reference?: Promise<readonly TensorLike<"float32">[]> | undefined;
}

/**
 * What the image encoder made of a batch of images: encode once, prompt many times.
 *
 * The tensors stay where the engine left them (GPU, worker) until `dispose()`. A handle can be given to `Sam2Model.forward` in place of
 * pixels, as often as wanted, also by several calls at once.
 */
export class ImageEmbeddings {
  /** Number of images, B. */
  readonly batchSize: number;
  /** [height, width] of the coarsest level. */
  readonly size: readonly [number, number];
  /** Fingerprint of the model that made them; undefined when they came from plain tensors. */
  readonly fingerprint: string | undefined;
  /** The picture that was encoded, where the bytes that they were read from say it. */
  readonly picture: PictureFacts | undefined;
  readonly #images: readonly ImageState[];
  #isDisposed = false;

  /** @internal Made by `Sam2Model.getImageEmbeddings`, {@link ImageEmbeddings.fromTensors} and {@link ImageEmbeddings.deserialize}. */
  constructor(
    images: readonly DecoderEmbeddings<Resident<"float32">>[],
    size: readonly [number, number],
    fingerprint?: string,
    picture?: PictureFacts,
  ) {
    this.#images = images.map((tensors) => ({ tensors }));
    this.batchSize = images.length;
    this.size = size;
    this.fingerprint = fingerprint;
    this.picture = picture;
  }

  /**
   * Takes the reference's three tensors, high to low resolution.
   *
   * @param tensors  float32 [B, C/8, 4h, 4w], [B, C/4, 2h, 2w], [B, C, h, w]
   * @throws {ShapeError} they do not fit together
   */
  static fromTensors(tensors: readonly TensorLike[]): ImageEmbeddings {
    const { images, size } = embeddingsFromReference(tensors);
    return new ImageEmbeddings(images, size);
  }

  /**
   * Reads what {@link ImageEmbeddings.serialize} wrote, here or on another machine.
   *
   * @param bytes  of any origin; everything in them is checked
   * @param model  when given, bytes that another model made are refused at once; otherwise `forward` refuses them
   * @throws {InputError} not such bytes, another version, cut off, or made by another model
   */
  static deserialize(
    bytes: Uint8Array,
    model?: { readonly fingerprint: string; readonly name: string },
  ): ImageEmbeddings {
    const { images, size, fingerprint, picture } = parseEmbeddings(bytes);
    const embeddings = new ImageEmbeddings(images, size, fingerprint, picture);
    if (model) embeddings.assertMadeBy(model);
    return embeddings;
  }

  /** Bytes of the tensors in memory: float32, about 16 MB per image of a 1024-pixel model. */
  get sizeBytes(): number {
    const sizes = this.#images.flatMap(({ tensors }) =>
      Object.values(tensors).map(({ dims }) => elementCount(dims)),
    );
    return 4 * sizes.reduce((sum, size) => sum + size, 0);
  }

  /**
   * Versioned bytes that {@link ImageEmbeddings.deserialize} takes: with float32 about 16 MB per image of a 1024-pixel model.
   *
   * @throws {InputError} an unknown precision
   */
  async serialize(options: SerializeOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    checkOptions(options, ["precision", "picture"], "serialize");
    const { precision = "f32", picture = this.picture } = options;
    if (!isPrecision(precision))
      throw InputError.expected("precision", PRECISIONS.join(", "), describeValue(precision));
    const images = await Promise.all(this.#images.map((_, image) => this.#read(image)));
    const { size, fingerprint } = this;
    return writeEmbeddings({ images, size, fingerprint, picture }, precision);
  }

  /** The reference's three tensors, high to low resolution: float32 [B, C/8, 4h, 4w], [B, C/4, 2h, 2w], [B, C, h, w]. */
  async toTensors(): Promise<ReferenceEmbeddings> {
    return embeddingsToReference(
      await Promise.all(this.#images.map((_, image) => this.#read(image))),
      this.size,
    );
  }

  /** @internal The state of one image, for the decoder. */
  image(index: number): ImageState {
    this.#assertUsable();
    const state = this.#images[index];
    if (!state) {
      throw new InputError(`imageEmbeddings: expected an image below ${this.batchSize}, got ${index}`, {
        name: "imageEmbeddings",
        expected: `below ${this.batchSize}`,
        got: index,
      });
    }
    return state;
  }

  /** @throws {InputError} another model made them */
  assertMadeBy(model: { readonly fingerprint: string; readonly name: string }): void {
    if (this.fingerprint !== undefined && this.fingerprint !== model.fingerprint) {
      throw new InputError(
        `imageEmbeddings: expected embeddings made by ${model.name} (${model.fingerprint.slice(0, 12)}…), got those of another model or image size (${this.fingerprint.slice(0, 12)}…); encode the image with this model`,
        { name: "imageEmbeddings", expected: model.fingerprint, got: this.fingerprint },
      );
    }
  }

  /** Frees what lies on the device. Calling it twice is allowed. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await Promise.all(
      this.#images.map(async ({ tensors, prelude }) => {
        const derived = await prelude?.catch(() => ({}));
        const all = [...Object.values(tensors), ...Object.values(derived ?? {})];
        await Promise.all(all.map((tensor) => (isDeviceTensor(tensor) ? tensor.dispose() : undefined)));
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #assertUsable(): void {
    if (this.#isDisposed) throw new DisposedError("image embeddings");
  }

  async #read(index: number): Promise<DecoderEmbeddings> {
    const { tensors } = this.image(index);
    const read = (tensor: Resident<"float32">) => (isDeviceTensor(tensor) ? tensor.read() : tensor);
    const [imageEmbed, highRes1, highRes0] = await Promise.all([
      read(tensors.imageEmbed),
      read(tensors.highRes1),
      read(tensors.highRes0),
    ]);
    return { imageEmbed, highRes1, highRes0 };
  }
}
