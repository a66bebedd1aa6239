import {
  DisposedError,
  InputError,
  isDeviceTensor,
  type RunOptions,
  type Session,
  type SessionDescription,
  type SessionInputs,
  type SessionOutputs,
  Tensor,
  type ValueInfo,
} from "@sam2js/core";
import { checkInputs } from "./check-inputs.js";
import type { EngineHost, LoadedGraph } from "./engine/engine-host.js";
import type { RunRequest, RunResult } from "./engine/protocol.js";
import { NodeDeviceTensor } from "./node-device-tensor.js";

/** A graph loaded in the engine. Sessions of equal digest share it. */
export class NodeSession implements Session {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #host: EngineHost;
  readonly #number: number;
  readonly #graph: LoadedGraph;
  #isDisposed = false;

  /** @param number  what `graph.number` has become */
  constructor(host: EngineHost, graph: LoadedGraph, number: number, description: SessionDescription) {
    const { name, inputs, outputs } = description;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#host = host;
    this.#number = number;
    this.#graph = graph;
  }

  async run(
    inputs: SessionInputs,
    { signal, outputs, keepOnDevice = [] }: RunOptions = {},
  ): Promise<SessionOutputs> {
    if (this.#isDisposed) throw new DisposedError(`session ${this.name}`);
    signal?.throwIfAborted();
    checkInputs(this.name, this.inputs, inputs);
    const request: RunRequest = {
      session: this.#number,
      inputs: this.#engineInputs(inputs),
      outputs: this.#outputNames(outputs ?? this.outputs.map(({ name }) => name)),
      keep: this.#outputNames(keepOnDevice),
    };
    const result = await this.#host.call(
      `session ${this.name}`,
      async (engine) => this.#wrap(await engine.run(request)),
      signal,
      disposeKept,
    );
    return result;
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#host.leave(this.#graph);
  }

  #engineInputs(inputs: SessionInputs): RunRequest["inputs"] {
    const values: Record<string, RunRequest["inputs"][string]> = {};
    for (const [name, value] of Object.entries(inputs)) {
      values[name] = isDeviceTensor(value) ? { handle: this.#handleOf(name, value) } : value;
    }
    return values;
  }

  #handleOf(name: string, value: unknown): number {
    if (value instanceof NodeDeviceTensor && value.host === this.#host) return value.handle;
    throw new InputError(
      `${this.name}.${name}: this device tensor belongs to another runtime; read() it and give the host tensor`,
      { name },
    );
  }

  #outputNames(names: readonly string[]): readonly string[] {
    for (const name of names) {
      if (this.outputs.some((output) => output.name === name)) continue;
      const known = this.outputs.map((output) => output.name).join(", ");
      throw new InputError(
        `session ${this.name}: there is no output ${JSON.stringify(name)}; its outputs are ${known}`,
        { name },
      );
    }
    return names;
  }

  #wrap(result: RunResult): SessionOutputs {
    const outputs: SessionOutputs = {};
    for (const [name, value] of Object.entries(result)) {
      outputs[name] =
        "handle" in value
          ? new NodeDeviceTensor(this.#host, value)
          : new Tensor(value.type, value.data, value.dims);
    }
    return outputs;
  }
}

function disposeKept(outputs: SessionOutputs): void {
  for (const value of Object.values(outputs)) if (isDeviceTensor(value)) void value.dispose();
}
