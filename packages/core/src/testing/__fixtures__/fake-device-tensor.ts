import { DisposedError } from "../../errors/errors.js";
import type { DeviceTensor } from "../../tensor/device-tensor.js";
import { Tensor } from "../../tensor/tensor.js";
import type { TensorType } from "../../tensor/tensor-type.js";

/** A host tensor that behaves like one on a device. */
export class FakeDeviceTensor implements DeviceTensor {
  readonly location = "device";
  readonly type: TensorType;
  readonly dims: readonly number[];
  /** The runtime that made it. */
  readonly owner: object;
  #value: Tensor | undefined;

  constructor(value: Tensor, owner: object) {
    this.type = value.type;
    this.dims = value.dims;
    this.owner = owner;
    this.#value = value;
  }

  /** Its value without a copy. @throws {DisposedError} after `dispose()` */
  get value(): Tensor {
    if (!this.#value) throw new DisposedError("device tensor");
    return this.#value;
  }

  async read(): Promise<Tensor> {
    return new Tensor(this.type, this.value.data.slice(), this.dims);
  }

  async dispose(): Promise<void> {
    this.#value = undefined;
  }
}
