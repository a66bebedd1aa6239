import { type DeviceTensor, DisposedError, Tensor, type TensorType } from "@sam2js/core";
import type { EngineHost } from "./engine/engine-host.js";
import type { KeptTensor } from "./engine/protocol.js";

/** A tensor in GPU memory or in the engine's worker. A forgotten one is freed when its handle is collected. */
export class WebDeviceTensor implements DeviceTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly location = "device";
  readonly host: EngineHost;
  readonly #handle: number;
  #isDisposed = false;

  constructor(host: EngineHost, { type, dims, handle }: KeptTensor) {
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

  async read(): Promise<Tensor> {
    const { handle } = this;
    const { type, data, dims } = await this.host.call("device tensor", (engine) => engine.read(handle));
    return new Tensor(type, data, dims);
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.host.free(this.#handle, this);
  }
}
