import type { OnProgress, ProgressEvent } from "@sam2js/core";
import cliProgress from "cli-progress";
import type { ConsoleIo } from "./console-io.js";

/** Shows how far long work is: a bar with time left in a terminal, a line every ten seconds elsewhere. */
export interface Progress {
  /** Takes the events of a library call. */
  readonly onProgress: OnProgress;
  /** Takes the bar away until the next event, so that lines can be printed. */
  clear(): void;
  /** Takes the bar away. */
  stop(): void;
}

const LINE_EVERY_MS = 10_000;
/** Work that is done sooner needs no bar. */
const SHOW_AFTER_MS = 300;

export interface ProgressOptions {
  /** What the pace is called, such as `frames per second`; none is shown without. */
  readonly rate?: string | undefined;
  /** What stands behind it, such as the cost so far. */
  readonly more?: (() => string) | undefined;
}

/** @param label  what is worked on, in front of the bar */
export function createProgress(
  io: ConsoleIo,
  label: string,
  { rate, more = () => "" }: ProgressOptions = {},
): Progress {
  const pace = paceOf(rate);
  const describe: Describe = (event) => `${pace(event)}${more()}`;
  return io.isInteractive ? barProgress(label, describe) : lineProgress(io, label, describe);
}

function barProgress(label: string, describe: Describe): Progress {
  const started = Date.now();
  let bar: cliProgress.SingleBar | undefined;
  let phase = "";
  return {
    onProgress(event) {
      const left = describe(event);
      if (Date.now() - started < SHOW_AFTER_MS || event.total === undefined) return;
      if (!bar || event.phase !== phase) {
        bar?.stop();
        phase = event.phase;
        bar = new cliProgress.SingleBar({
          format: `${label}: {phase} {bar} {percentage}% {amount}{left}`,
          clearOnComplete: true,
          hideCursor: true,
          barsize: 24,
          stream: process.stderr,
        });
        bar.start(event.total, 0, { phase, amount: "", left: "" });
      }
      bar.setTotal(event.total);
      bar.update(event.done, { phase, amount: amount(event), left });
    },
    clear() {
      bar?.stop();
      bar = undefined;
    },
    stop: () => bar?.stop(),
  };
}

function lineProgress(io: ConsoleIo, label: string, describe: Describe): Progress {
  let last = Date.now();
  return {
    onProgress(event) {
      const left = describe(event);
      if (Date.now() - last < LINE_EVERY_MS) return;
      last = Date.now();
      io.note(`${label}: ${event.phase} ${amount(event)}${left}`);
    },
    clear: () => undefined,
    stop: () => undefined,
  };
}

function amount({ done, total, unit }: ProgressEvent): string {
  const of = total === undefined ? "" : ` of ${unit === "bytes" ? megabytes(total) : total}`;
  return unit === "bytes" ? `${megabytes(done)}${of}` : `${Math.floor(done)}${of}`;
}

/** Sees all events of a run, in order. @returns what its pace says, ready to be put behind an amount */
type Describe = (event: ProgressEvent) => string;

/** `, 3.2 frames per second, 2 min left`, from the pace since the first event of a phase; nothing while there is none yet. */
function paceOf(rate: string | undefined): Describe {
  let timed = "";
  let [since, from] = [0, 0];
  return ({ phase, done, total }) => {
    const now = Date.now();
    if (phase !== timed) [timed, since, from] = [phase, now, done];
    if (!(done > from) || now - since < SHOW_AFTER_MS) return "";
    const pace = (done - from) / (now - since);
    const speed = rate === undefined ? "" : `, ${(1000 * pace).toPrecision(2)} ${rate}`;
    return total === undefined ? speed : `${speed}, ${duration((total - done) / pace)} left`;
  };
}

/** `40 s`, `12 min` or `3 h 20 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `12.3 MB` or `40 kB`, decimal. */
export function megabytes(bytes: number): string {
  if (bytes < 1e5) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
