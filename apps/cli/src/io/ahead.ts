/** Makes things in order, some of them before they are asked for. */
export class Ahead<T> {
  readonly #count: number;
  readonly #depth: number;
  readonly #make: (index: number) => Promise<T>;
  readonly #begun = new Map<number, Promise<T>>();

  /**
   * @param count  of things
   * @param depth  so many are begun beyond the one that is asked for
   */
  constructor(count: number, depth: number, make: (index: number) => Promise<T>) {
    this.#count = count;
    this.#depth = depth;
    this.#make = make;
  }

  /** The thing of a number; each is asked for once, in order. @throws what making it threw */
  take(index: number): Promise<T> {
    for (let next = index; next <= Math.min(index + this.#depth, this.#count - 1); next++) this.#begin(next);
    const begun = this.#begin(index);
    this.#begun.delete(index);
    return begun;
  }

  #begin(index: number): Promise<T> {
    const begun = this.#begun.get(index) ?? this.#make(index);
    begun.catch(() => undefined); // thrown where it is awaited
    this.#begun.set(index, begun);
    return begun;
  }
}
