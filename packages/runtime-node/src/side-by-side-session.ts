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
import { EngineTensor } from "@sam2js/core/engine";
import type { EngineHost } from "./engine/engine-host.js";
import type { NodeSession } from "./node-session.js";
import type { TensorCopies } from "./tensor-copies.js";

/**
 * A graph loaded in several engines: overlapping runs go to those that have least to do. One that keeps outputs goes to the first, the runtime's own,
 * where all sessions find them.
 */
export class SideBySideSession implements Session {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly #lanes: readonly { readonly session: NodeSession; readonly host: EngineHost; waiting: number }[];
  readonly #copies: TensorCopies;
  #isDisposed = false;

  /** @param lanes  the same graph in each */
  constructor(
    lanes: readonly { readonly session: NodeSession; readonly host: EngineHost }[],
    copies: TensorCopies,
  ) {
    const { name, inputs, outputs } = (lanes[0] as (typeof lanes)[number]).session;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#lanes = lanes.map((lane) => ({ ...lane, waiting: 0 }));
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
      const there = await raceAbort(this.#bring(inputs, lane.host), options.signal);
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
    return this.#lanes.some(({ host }) => tensor.host === host);
  }
}
