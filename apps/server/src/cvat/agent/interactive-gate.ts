/** Lets work that nobody sits and waits for pause while somebody does. Shared by all functions of an agent. */
export class InteractiveGate {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  /** Says that an urgent request is, or may be, worked on, until it is disposed of. */
  enter(): Disposable {
    this.#busy += 1;
    return {
      [Symbol.dispose]: () => {
        this.#busy -= 1;
        if (this.#busy === 0) for (const go of this.#waiting.splice(0)) go();
      },
    };
  }

  /** Waits until there is none. */
  async calm(): Promise<void> {
    while (this.#busy > 0) await new Promise<void>((go) => this.#waiting.push(go));
  }
}
