import type { BatchCategory } from "../entries/batch-category.js";

/** What a mask without a category is of. */
export const ANY_CATEGORY = "object";

/** Numbers categories: the given ones keep theirs, others follow in the order in which they come. */
export class CategoryTable {
  readonly #ids: Map<string, number>;
  #next: number;

  constructor(given: readonly BatchCategory[]) {
    this.#ids = new Map(given.map(({ id, name }) => [name, id]));
    this.#next = given.reduce((most, { id }) => Math.max(most, id + 1), 1);
  }

  /** The number of a category; a new one is taken in. */
  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.#next);
    return this.#next++;
  }

  /** As COCO files list them. */
  toJSON(): { id: number; name: string; supercategory: string }[] {
    return [...this.#ids].map(([name, id]) => ({ id, name, supercategory: name }));
  }
}
