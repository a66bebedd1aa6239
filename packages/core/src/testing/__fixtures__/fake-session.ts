import { DisposedError, EngineError, InputError } from "../../errors/errors.js";
import { raceAbort, throwIfAborted } from "../../work/abort.js";
import { checkInputs, checkKept } from "../../runtime/check-inputs.js";
import type {
  RunOptions,
  Session,
  SessionDescription,
  SessionInputs,
  SessionOutputs,
  ValueInfo,
  ValueTypes,
} from "../../runtime/session.js";
import { type DeviceTensor, isDeviceTensor } from "../../tensor/device-tensor.js";
import { Tensor, type TensorLike } from "../../tensor/tensor.js";
import { FakeDeviceTensor } from "./fake-device-tensor.js";

/** What stands for a graph: host tensors in, host tensors out, by name. */
export type FakeProgram = (
  inputs: Readonly<Record<string, Tensor>>,
) => Readonly<Record<string, Tensor>> | Promise<Readonly<Record<string, Tensor>>>;

/** What a session needs of its runtime. */
interface Host {
  readonly runtime: object;
  enqueue<T>(work: () => Promise<T>): Promise<T>;
  track(tensor: FakeDeviceTensor): void;
  untrack(): void;
}

/** A session whose graph is a TypeScript function. */
export class FakeSession implements Session {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #program: FakeProgram;
  readonly #host: Host;
  #isDisposed = false;

  constructor(description: SessionDescription, program: FakeProgram, host: Host) {
    this.name = description.name;
    this.inputs = description.inputs;
    this.outputs = description.outputs;
    this.#program = program;
    this.#host = host;
  }

  async run<Kept extends string = never>(
    inputs: SessionInputs,
    options: RunOptions<Kept> = {},
  ): Promise<SessionOutputs<ValueTypes, Kept>> {
    this.#checkUsable();
    throwIfAborted(options.signal);
    checkInputs(this.name, this.inputs, inputs);
    checkKept(this.name, this.outputs, options);
    const held = Object.fromEntries(this.inputs.map(({ name }) => [name, this.#hold(inputs[name]!)]));
    const work = this.#host.enqueue(async () => {
      this.#checkUsable();
      throwIfAborted(options.signal);
      const made = await this.#program(held);
      const given = this.outputs.map((info) => [info.name, this.#give(info, made, options)]);
      return Object.fromEntries(given) as SessionOutputs<ValueTypes, Kept>;
    });
    return raceAbort(work, options.signal, (late) => {
      for (const value of Object.values(late)) if (isDeviceTensor(value)) void value.dispose();
    });
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#host.untrack();
  }

  /** A copy, as an engine in another thread has: a program cannot change what the caller gave. */
  #hold(input: TensorLike | DeviceTensor): Tensor {
    if (!isDeviceTensor(input)) return new Tensor(input.type, input.data.slice(), input.dims);
    if (!(input instanceof FakeDeviceTensor) || input.owner !== this.#host.runtime) {
      throw new InputError(`${this.name}: got a device tensor of another runtime; read() it first`);
    }
    const { type, data, dims } = input.value;
    return new Tensor(type, data.slice(), dims);
  }

  #give({ name }: ValueInfo, made: Readonly<Record<string, Tensor>>, { keepOnDevice = [] }: RunOptions) {
    const value = made[name];
    if (!value) throw new EngineError(`${this.name}: its program made no output ${name}`);
    if (!keepOnDevice.includes(name)) return value;
    const tensor = new FakeDeviceTensor(value, this.#host.runtime);
    this.#host.track(tensor);
    return tensor;
  }

  #checkUsable(): void {
    if (this.#isDisposed) throw new DisposedError(`session ${this.name}`);
  }
}
