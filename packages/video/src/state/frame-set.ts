/** A set of frame indices kept as ranges, so that an endless video tracked without gaps costs two numbers. */
export class FrameSet {
  /** Inclusive [first, last], ascending, neither touching nor overlapping. */
  readonly #ranges: [number, number][] = [];

  /** @param ranges  what {@link FrameSet.toRanges} gave */
  constructor(ranges: readonly (readonly [number, number])[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  has(frame: number): boolean {
    const range = this.#ranges[this.#find(frame)];
    return range !== undefined && range[0] <= frame;
  }

  add(frame: number): void {
    const at = this.#find(frame);
    const next = this.#ranges[at];
    if (next && next[0] <= frame) return;
    const previous = this.#ranges[at - 1];
    const joinsPrevious = previous !== undefined && previous[1] === frame - 1;
    const joinsNext = next !== undefined && next[0] === frame + 1;
    if (joinsPrevious && joinsNext) {
      previous[1] = next[1];
      this.#ranges.splice(at, 1);
    } else if (joinsPrevious) previous[1] = frame;
    else if (joinsNext) next[0] = frame;
    else this.#ranges.splice(at, 0, [frame, frame]);
  }

  delete(frame: number): void {
    const at = this.#find(frame);
    const range = this.#ranges[at];
    if (!range || range[0] > frame) return;
    const [first, last] = range;
    const rest: [number, number][] = [];
    if (first < frame) rest.push([first, frame - 1]);
    if (frame < last) rest.push([frame + 1, last]);
    this.#ranges.splice(at, 1, ...rest);
  }

  /** Takes out all frames before this one. */
  deleteBefore(frame: number): void {
    const at = this.#find(frame);
    this.#ranges.splice(0, at);
    const [first] = this.#ranges;
    if (first && first[0] < frame) first[0] = frame;
  }

  /** All frames, ascending. */
  *[Symbol.iterator](): Generator<number> {
    for (const [first, last] of this.#ranges) for (let frame = first; frame <= last; frame++) yield frame;
  }

  toRanges(): [number, number][] {
    return this.#ranges.map(([first, last]) => [first, last]);
  }

  /** Index of the first range that ends at `frame` or later. */
  #find(frame: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.[1] ?? 0) < frame) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
