import { type DeviceTensor, DisposedError, Tensor, type TensorLike, type TensorType } from "@sam2js/core";

/** What an engine says of a tensor that it keeps. Plain data: it crosses from a worker. */
export interface KeptTensor {
  /** The type of its elements. */
  readonly type: TensorType;
  /** Its shape, outermost first. */
  readonly dims: readonly number[];
  /** The engine's number for it. */
  readonly handle: number;
}

/** Who keeps tensors for an {@link EngineTensor}: one engine with all that is loaded in it. */
export interface TensorHost {
  /** Whether the engine ended on its own, with all that it kept. */
  readonly isLost: boolean;
  /** Copies a kept tensor out, after all calls before it. @throws {EngineError} the engine failed */
  read(handle: number): Promise<TensorLike>;
  /** Frees the handle when `tensor` is collected without having been disposed of. */
  watch(tensor: object, handle: number): void;
  /** Frees the handle of `tensor`, which need not be watched any more. Never rejects. */
  free(handle: number, tensor: object): Promise<void>;
}

/** A tensor that stays in an engine, in another thread or in GPU memory. A forgotten one is freed when its handle is collected. */
export class EngineTensor implements DeviceTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly location = "device";
  /** Where it lies. Only an engine's own tensors can be its inputs. */
  readonly host: TensorHost;
  readonly #handle: number;
  readonly #followers: (() => void)[] = [];
  #isDisposed = false;

  constructor(host: TensorHost, { type, dims, handle }: KeptTensor) {
    this.host = host;
    this.type = type;
    this.dims = dims;
    this.#handle = handle;
    host.watch(this, handle);
  }

  /** The engine's number for it. @throws {DisposedError} after `dispose()` */
  get handle(): number {
    if (this.#isDisposed) throw new DisposedError("device tensor");
    return this.#handle;
  }

  /** A copy on the host. @throws {DisposedError} after `dispose()` */
  async read(): Promise<Tensor> {
    const { type, data, dims } = await this.host.read(this.handle);
    return new Tensor(type, data, dims);
  }

  /** Does something when it is disposed of, such as freeing copies elsewhere; at once where it is already. */
  whenDisposed(follow: () => void): void {
    if (this.#isDisposed) follow();
    else this.#followers.push(follow);
  }

  /** Frees it; again does nothing. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const follow of this.#followers.splice(0)) follow();
    await this.host.free(this.#handle, this);
  }
}
