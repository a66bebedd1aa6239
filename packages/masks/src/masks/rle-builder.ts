import { grown } from "./runs.js";

/** Puts runs one after another into RLE counts; neighbours of the same side become one run. */
export class RleBuilder {
  #counts = new Uint32Array(64);
  #used = 0;
  #inside = false;
  #length = 0;

  /** Appends `length` pixels; 0 adds nothing. */
  add(inside: boolean, length: number): void {
    if (length === 0) return;
    if (inside === this.#inside) {
      this.#length += length;
      return;
    }
    this.#push();
    this.#inside = inside;
    this.#length = length;
  }

  /** The counts so far, in an array of their own length. */
  finish(): Uint32Array<ArrayBuffer> {
    if (this.#length > 0) this.#push();
    this.#length = 0;
    return this.#counts.slice(0, this.#used);
  }

  #push(): void {
    if (this.#used === this.#counts.length) this.#counts = grown(this.#counts, this.#used * 2);
    this.#counts[this.#used++] = this.#length;
  }
}
