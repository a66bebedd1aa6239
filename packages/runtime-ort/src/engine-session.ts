import {
  checkInputs,
  checkKept,
  checkMembers,
  checkOutputs,
  DisposedError,
  InputError,
  isDeviceTensor,
  type RunOptions,
  raceAbort,
  type Session,
  type SessionDescription,
  type SessionInputs,
  type SessionOutputs,
  Tensor,
  type ValueInfo,
  type ValueTypes,
  type WorkOptions,
} from "@sam2js/core";
import { engineLost } from "./engine-error.js";
import { disposeKept, type EngineHost, type Placed } from "./engine-host.js";
import { EngineTensor } from "./engine-tensor.js";
import type { RunRequest, RunResult } from "./protocol.js";

/** Loads a graph into the engine of the moment. */
export type Place = (description: SessionDescription, options: WorkOptions) => Promise<Placed>;

/** A graph loaded in the engine. Sessions of equal digest share it. When the engine was lost, the next run loads the graph into the new one. */
export class EngineSession<I extends ValueTypes = ValueTypes, O extends ValueTypes = ValueTypes>
  implements Session<I, O>
{
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #description: SessionDescription;
  readonly #place: Place;
  #placed: Placed;
  #moving: Promise<Placed> | undefined;
  #isDisposed = false;

  /** Loads a graph. @param place  is asked now, and again when the engine was lost */
  static async load<I extends ValueTypes, O extends ValueTypes>(
    description: SessionDescription<I, O>,
    options: WorkOptions,
    place: Place,
  ): Promise<EngineSession<I, O>> {
    const expected = "the description of a graph, such as imageEncoderGraph(…) gives";
    checkMembers(description, "description", expected, "name", "digest", "inputs", "outputs", "build");
    return new EngineSession(description, await place(description, options), place);
  }

  private constructor(description: SessionDescription, placed: Placed, place: Place) {
    const { name, inputs, outputs } = description;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#description = description;
    this.#placed = placed;
    this.#place = place;
  }

  /** The engine that it is loaded in now. */
  get host(): EngineHost {
    return this.#placed.host;
  }

  async run<Kept extends keyof O & string = never>(
    inputs: SessionInputs<I>,
    options: RunOptions<Kept> = {},
  ): Promise<SessionOutputs<O, Kept>> {
    const { signal } = options;
    this.#checkUsable();
    signal?.throwIfAborted();
    checkInputs(this.name, this.inputs, inputs);
    checkKept(this.name, this.outputs, options);
    if (this.#placed.host.isLost) await raceAbort(this.#move(), signal);
    const { host, number } = this.#placed;
    const request: RunRequest = {
      session: number,
      inputs: this.#engineInputs(inputs, host),
      outputs: this.outputs.map(({ name }) => name),
      keep: options.keepOnDevice ?? [],
    };
    const outputs = await host.call(
      `session ${this.name}`,
      async (engine) => wrap(await engine.call("run", request), host),
      signal,
      disposeKept,
    );
    checkOutputs(this.name, this.outputs, outputs, options.keepOnDevice);
    return outputs as SessionOutputs<O, Kept>;
  }

  async trim(): Promise<void> {
    this.#checkUsable();
    const { host, number } = this.#placed;
    if (!host.isLost) await host.call(`session ${this.name}`, (engine) => engine.call("trim", number));
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#placed.host.leave(this.#placed.graph);
  }

  async #move(): Promise<Placed> {
    this.#moving ??= this.#place(this.#description, {}).finally(() => {
      this.#moving = undefined;
    });
    const placed = await this.#moving;
    if (this.#isDisposed) await placed.host.leave(placed.graph);
    this.#checkUsable();
    this.#placed = placed;
    return placed;
  }

  #engineInputs(inputs: SessionInputs, host: EngineHost): RunRequest["inputs"] {
    const values: Record<string, RunRequest["inputs"][string]> = {};
    for (const [name, value] of Object.entries(inputs)) {
      values[name] = isDeviceTensor(value) ? { handle: this.#handleOf(name, value, host) } : value;
    }
    return values;
  }

  #handleOf(name: string, value: unknown, host: EngineHost): number {
    if (value instanceof EngineTensor) {
      const { handle } = value;
      if (value.host === host) return handle;
      if (value.host.isLost) throw engineLost(`${this.name}.${name} lay in an engine that is gone`);
    }
    throw new InputError(
      `${this.name}.${name}: this device tensor belongs to another runtime; read() it and give the host tensor`,
      { name },
    );
  }

  #checkUsable(): void {
    if (this.#isDisposed) throw new DisposedError(`session ${this.name}`);
  }
}

function wrap(result: RunResult, host: EngineHost): SessionOutputs {
  const outputs: SessionOutputs = {};
  for (const [name, value] of Object.entries(result)) {
    outputs[name] =
      "handle" in value ? new EngineTensor(host, value) : new Tensor(value.type, value.data, value.dims);
  }
  return outputs;
}
