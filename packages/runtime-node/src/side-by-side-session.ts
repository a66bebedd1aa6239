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
  type ValueTypes,
} from "@sam2js/core";
import { type EngineHost, type EngineSession, EngineTensor } from "@sam2js/runtime-ort";
import type { TensorCopies } from "./tensor-copies.js";

/**
 * A graph loaded in several engines: overlapping runs go to those that have least to do. One that keeps outputs goes to the first, the runtime's own,
 * where all sessions find them.
 */
export class SideBySideSession<I extends ValueTypes, O extends ValueTypes> implements Session<I, O> {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #lanes: readonly { readonly session: EngineSession<I, O>; waiting: number }[];
  readonly #copies: TensorCopies;
  #isDisposed = false;

  /** @param sessions  the same graph in each engine, the runtime's own first */
  constructor(sessions: readonly EngineSession<I, O>[], copies: TensorCopies) {
    const { name, inputs, outputs } = sessions[0] as EngineSession<I, O>;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#lanes = sessions.map((session) => ({ session, waiting: 0 }));
    this.#copies = copies;
  }

  async run<Kept extends keyof O & string = never>(
    inputs: SessionInputs<I>,
    options: RunOptions<Kept> = {},
  ): Promise<SessionOutputs<O, Kept>> {
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
  async #bring(inputs: SessionInputs<I>, host: EngineHost): Promise<SessionInputs<I>> {
    const bring = async ([name, value]: [string, TensorLike | DeviceTensor]) => {
      const isElsewhere =
        isDeviceTensor(value) && value instanceof EngineTensor && this.#isOurs(value) && value.host !== host;
      return [name, isElsewhere ? await this.#copies.in(host, value) : value] as const;
    };
    const all = Object.entries<TensorLike | DeviceTensor>(inputs);
    return Object.fromEntries(await Promise.all(all.map(bring))) as SessionInputs<I>;
  }

  #isOurs(tensor: EngineTensor): boolean {
    return this.#lanes.some(({ session }) => tensor.host === session.host);
  }
}
