/** Something that goes wrong with requests whose `METHOD /path` matches, a number of times. */
export interface Fault {
  readonly match: RegExp;
  /** How often; 1 by default. */
  readonly times?: number | undefined;
  /** Answers with this status and no content. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Cuts the connection after so many bytes of the body. */
  readonly dropAfterBytes?: number | undefined;
  /** Flips a bit in the middle of the body. */
  readonly isCorrupt?: boolean | undefined;
  /** Sends the whole file with status 200 although a range was asked for. */
  readonly ignoresRange?: boolean | undefined;
  /** Sends this many bytes more than the file has. */
  readonly extraBytes?: number | undefined;
  /** Sends so many bytes of the body, then nothing, with the connection open. */
  readonly hangAfterBytes?: number | undefined;
  /** Waits before it answers, in milliseconds. */
  readonly delayMs?: number | undefined;
}

/** Faults in the order in which they were asked for. */
export class Faults {
  #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  /** The fault for this request, one use of it spent. */
  take(request: string): Fault | undefined {
    const found = this.#pending.find(({ fault, left }) => left > 0 && fault.match.test(request));
    if (found) found.left--;
    return found?.fault;
  }
}
