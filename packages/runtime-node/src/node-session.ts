import {
  checkInputs,
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
  wantedOutputs,
} from "@sam2js/core";
import { EngineTensor, type LoadedGraph } from "@sam2js/core/engine";
import type { EngineHost } from "./engine/engine-host.js";
import type { RunRequest, RunResult } from "./engine/protocol.js";

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

  async run(inputs: SessionInputs, options: RunOptions = {}): Promise<SessionOutputs> {
    const { signal, keepOnDevice = [] } = options;
    if (this.#isDisposed) throw new DisposedError(`session ${this.name}`);
    signal?.throwIfAborted();
    checkInputs(this.name, this.inputs, inputs);
    const request: RunRequest = {
      session: this.#number,
      inputs: this.#engineInputs(inputs),
      outputs: wantedOutputs(this.name, this.outputs, options).map(({ name }) => name),
      keep: keepOnDevice,
    };
    return this.#host.call(
      `session ${this.name}`,
      async (engine) => this.#wrap(await engine.run(request)),
      signal,
      disposeKept,
    );
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
    if (value instanceof EngineTensor && value.host === this.#host) return value.handle;
    throw new InputError(
      `${this.name}.${name}: this device tensor belongs to another runtime; read() it and give the host tensor`,
      { name },
    );
  }

  #wrap(result: RunResult): SessionOutputs {
    const outputs: SessionOutputs = {};
    for (const [name, value] of Object.entries(result)) {
      outputs[name] =
        "handle" in value
          ? new EngineTensor(this.#host, value)
          : new Tensor(value.type, value.data, value.dims);
    }
    return outputs;
  }
}

function disposeKept(outputs: SessionOutputs): void {
  for (const value of Object.values(outputs)) if (isDeviceTensor(value)) void value.dispose();
}
