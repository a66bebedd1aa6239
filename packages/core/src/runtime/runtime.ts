import type { DecodeOptions, ImageSource, PngSource, RgbImage } from "../images/image.js";
import type { RuntimeCapabilities } from "./capabilities.js";
import type { ModelStore } from "./model-store.js";
import type { Session, SessionDescription, SessionOptions, ValueTypes } from "./session.js";

/** How a call can be given up. */
export interface AbortOptions {
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** What differs between platforms, and nothing more. One suite in `@sam2js/core/testing` says what each must do. */
export interface Runtime {
  /** The version of this contract that it follows; goes up when a runtime written for an older one would not work. */
  readonly specificationVersion: 1;
  /** `"node"`, `"web"`, `"fake"`. */
  readonly name: string;
  /** Files of models on this platform: local folders and the cache of downloads. */
  readonly store: ModelStore;
  /** Probes the platform on the first call; creating a runtime does no work. */
  capabilities(): Promise<RuntimeCapabilities>;
  /**
   * Loads a graph with its weights. The session belongs to the caller, who disposes of it.
   *
   * @throws {EngineError} the graph or its weights cannot be loaded
   * @throws {UnsupportedError} the device that was asked for does not work here
   * @throws {DisposedError} after `dispose()`
   */
  createSession<I extends ValueTypes, O extends ValueTypes>(
    description: SessionDescription<I, O>,
    options?: SessionOptions,
  ): Promise<Session<I, O>>;
  /**
   * Decodes to upright RGB: EXIF orientation applied, alpha dropped (or blended with white), colour profile ignored, 16 bit scaled to 8.
   * Every runtime reads JPEG, PNG, WebP, GIF (its first frame) and AVIF.
   *
   * @throws {ImageError} not an image, damaged, or larger than `MAX_IMAGE_SIDE`, `MAX_IMAGE_PIXELS` or `MAX_IMAGE_FILE_BYTES`
   * @throws {NotFoundError} no file at this path
   */
  decodeImage(source: ImageSource, options?: DecodeOptions): Promise<RgbImage>;
  /**
   * The bytes of an image file: of a path where there are any, a URL or a blob. For those to whom RGB does not do, such as readers of label maps.
   *
   * @throws {NotFoundError} no file there
   * @throws {ImageError} the file is larger than `MAX_IMAGE_FILE_BYTES`
   */
  readImageBytes(source: string | URL | Blob, options?: AbortOptions): Promise<Uint8Array>;
  /** The bytes of a PNG file, the caller's. @throws {ImageError} sides, channels, data and palette do not agree */
  encodePng(image: PngSource): Promise<Uint8Array>;
  /** Ends all sessions; later use is a DisposedError. Calling it twice is allowed. An idle runtime keeps no process alive. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
