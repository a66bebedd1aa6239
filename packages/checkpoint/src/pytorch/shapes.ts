import type { TensorRecord } from "../checkpoint.js";
import { refuseFile } from "./refuse-file.js";

/** The shapes of a checkpoint's tensors, to find its config in. */
export class Shapes {
  readonly #tensors: ReadonlyMap<string, TensorRecord>;
  readonly #where: string;

  constructor(tensors: ReadonlyMap<string, TensorRecord>, where: string) {
    this.#tensors = tensors;
    this.#where = where;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** The shape of a tensor that every such model has. @throws {CheckpointError} there is none, or it has another number of axes */
  dims(name: string, rank: number): readonly number[] {
    const dims = this.#tensors.get(name)?.dims;
    if (dims?.length === rank) return dims;
    const names = [...this.#tensors.keys()].slice(0, 4).map((each) => each.slice(0, 80));
    const got = dims
      ? `one of [${dims.join(", ")}]`
      : `none among ${this.#tensors.size} (${names.join(", ")}, …)`;
    return this.refuse(`a tensor ${name} with ${rank} axes`, got, "this is no model of SAM 2 or EdgeTAM");
  }

  /** The size of an axis. @throws {CheckpointError} there is no such tensor or axis */
  size(name: string, axis: number): number {
    const rank = this.#tensors.get(name)?.dims.length ?? 0;
    return this.dims(name, Math.max(rank, axis + 1))[axis] as number;
  }

  /** How many tensors of a row there are, from number 0 without a gap. */
  count(name: (index: number) => string): number {
    let count = 0;
    while (this.has(name(count))) count++;
    return count;
  }

  refuse(expected: string, got: string, next: string): never {
    return refuseFile(this.#where, expected, got, next);
  }
}
