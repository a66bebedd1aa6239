import {
  type DeviceTensor,
  DisposedError,
  isDeviceTensor,
  type RunOptions,
  raceAbort,
  type Session,
  type SessionInputs,
  type SessionOutputs,
  type TensorLike,
  type ValueInfo,
} from "@sam2js/core";
import { type EngineHost, type EngineSession, EngineTensor } from "@sam2js/runtime-ort";
import type { TensorCopies } from "./tensor-copies.js";

/**
 * A graph loaded in several engines: overlapping runs go to those that have least to do. One that keeps outputs goes to the first, the runtime's own,
 * where all sessions find them.
 */
export class SideBySideSession implements Session {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #lanes: readonly { readonly session: EngineSession; waiting: number }[];
  readonly #copies: TensorCopies;
  #isDisposed = false;

  /** @param sessions  the same graph in each engine, the runtime's own first */
  constructor(sessions: readonly EngineSession[], copies: TensorCopies) {
    const { name, inputs, outputs } = sessions[0] as EngineSession;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#lanes = sessions.map((session) => ({ session, waiting: 0 }));
    this.#copies = copies;
  }

  async run(inputs: SessionInputs, options: RunOptions = {}): Promise<SessionOutputs> {
    if (this.#isDisposed) throw new DisposedError(`session ${this.name}`);
    options.signal?.throwIfAborted();
    const isKeeping = (options.keepOnDevice?.length ?? 0) > 0;
    const lane = this.#lanes.reduce((least, other) =>
      !isKeeping && other.waiting < least.waiting ? other : least,
    );
    lane.waiting += 1;
    try {
      const there = await raceAbort(this.#bring(inputs, lane.session.host), options.signal);
      return await lane.session.run(there, options);
    } finally {
      lane.waiting -= 1;
    }
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.all(this.#lanes.map(({ session }) => session.dispose()));
  }

  /** Inputs that another engine of the runtime keeps, as copies in this one; others as they are. */
  async #bring(inputs: SessionInputs, host: EngineHost): Promise<SessionInputs> {
    const bring = async ([name, value]: [string, TensorLike | DeviceTensor]) => {
      const isElsewhere =
        isDeviceTensor(value) && value instanceof EngineTensor && this.#isOurs(value) && value.host !== host;
      return [name, isElsewhere ? await this.#copies.in(host, value) : value] as const;
    };
    return Object.fromEntries(await Promise.all(Object.entries(inputs).map(bring)));
  }

  #isOurs(tensor: EngineTensor): boolean {
    return this.#lanes.some(({ session }) => tensor.host === session.host);
  }
}
