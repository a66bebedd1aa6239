import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EntryError, EntryEvent, ShardReport } from "@sam2js/batch";
import { EngineError, Sam2Error, type Sam2ErrorCode } from "@sam2js/core";
import type { ProcessOptions, ShardNews, ShardOrder } from "./shard-messages.js";

const PROCESS = fileURLToPath(new URL("./shard-process.js", import.meta.url));

/** A picture that was worked on as often as this when its process died is given up. */
const DEATHS_OF_A_PICTURE = 2;
/** So often may the process die where no picture is to blame. */
const DEATHS_OF_A_SHARD = 3;

/** How one shard is run. */
export interface RunnerOptions {
  readonly isFresh?: boolean | undefined;
  /** At most so many entries a second are begun. */
  readonly rate?: number | undefined;
  readonly signal: AbortSignal;
  readonly onEntry: (event: EntryEvent) => void;
}

type End =
  | { readonly kind: "report"; readonly report: ShardReport }
  | { readonly kind: "failed"; readonly error: EntryError }
  | { readonly kind: "died"; readonly how: string; readonly at: number | undefined };

/** Runs shards of one batch in a process of their own, one at a time, and starts another where it dies. */
export class ShardRunner {
  readonly #options: ProcessOptions;
  readonly #note: (text: string) => void;
  #child: ChildProcess | undefined;

  /** No process is started before the first shard. */
  constructor(options: ProcessOptions, note: (text: string) => void) {
    this.#options = options;
    this.#note = note;
  }

  /**
   * Does a shard. A picture at which the process died twice is listed among those that failed.
   *
   * @throws {Sam2Error} with the code of what failed in the process: a full disk, a model that is not there
   * @throws the signal's reason
   */
  async run(shard: number, { isFresh = false, rate, signal, onEntry }: RunnerOptions): Promise<ShardReport> {
    const deaths = new Map<number | undefined, number>();
    const givenUp = new Map<number, EntryError>();
    for (let isCareful = false; ; isCareful = true) {
      signal.throwIfAborted();
      // What was done before the process died is not done again.
      const order = { kind: "run", shard, isFresh: isFresh && !isCareful, isCareful, rate } as const;
      const end = await this.#attempt({ ...order, givenUp: [...givenUp] }, signal, onEntry);
      if (end.kind === "report") return end.report;
      signal.throwIfAborted();
      if (end.kind === "failed" && end.error.code !== "DEVICE_LOST") throw toError(end.error);
      const { how, at } = end.kind === "died" ? end : { how: "a lost device", at: undefined };
      const count = (deaths.get(at) ?? 0) + 1;
      deaths.set(at, count);
      const message = `the process that worked on it ended by ${how}, ${count} times`;
      if (at === undefined && count >= DEATHS_OF_A_SHARD) throw new EngineError(`shard ${shard}: ${message}`);
      if (at !== undefined && count >= DEATHS_OF_A_PICTURE) givenUp.set(at, { code: "UNEXPECTED", message });
    }
  }

  /** Ends the process, if there is one. */
  async end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    if (child.connected) child.send({ kind: "end" } satisfies ShardOrder);
    await exit;
  }

  async #attempt(
    order: ShardOrder & { readonly kind: "run" },
    signal: AbortSignal,
    onEntry: (event: EntryEvent) => void,
  ): Promise<End> {
    const child = this.#start();
    let at: number | undefined;
    const abort = () => void (child.connected && child.send({ kind: "abort" } satisfies ShardOrder));
    signal.addEventListener("abort", abort, { once: true });
    const end = await new Promise<End>((resolve) => {
      const onMessage = (news: ShardNews) => {
        if (news.kind === "note") this.#note(news.text);
        else if (news.kind !== "entry") resolve(news);
        else {
          at = news.event.state === "begun" ? news.event.index : undefined;
          onEntry(news.event);
        }
      };
      child.on("message", onMessage);
      child.once("exit", (code, by) => resolve({ kind: "died", how: by ?? `status ${code}`, at }));
      child.send(order, () => undefined);
    });
    signal.removeEventListener("abort", abort);
    child.removeAllListeners("message").removeAllListeners("exit");
    return end;
  }

  #start(): ChildProcess {
    const isAlive =
      this.#child?.connected && this.#child.exitCode === null && this.#child.signalCode === null;
    if (!isAlive) {
      this.#child = fork(PROCESS, [JSON.stringify(this.#options)], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
    }
    return this.#child as ChildProcess;
  }
}

function toError({ code, message }: EntryError): Sam2Error {
  return new Sam2Error(code as Sam2ErrorCode, message);
}
