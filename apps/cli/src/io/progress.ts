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

/** @param label  what is worked on, in front of the bar */
export function createProgress(io: ConsoleIo, label: string): Progress {
  return io.isInteractive ? barProgress(label) : lineProgress(io, label);
}

function barProgress(label: string): Progress {
  const started = Date.now();
  let bar: cliProgress.SingleBar | undefined;
  let phase = "";
  let timed = "";
  let since = started;
  return {
    onProgress(event) {
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
      if (event.phase !== timed) [timed, since] = [event.phase, Date.now()];
      bar.setTotal(event.total);
      bar.update(event.done, { phase, amount: amount(event), left: timeLeft(event, Date.now() - since) });
    },
    clear() {
      bar?.stop();
      bar = undefined;
    },
    stop: () => bar?.stop(),
  };
}

function lineProgress(io: ConsoleIo, label: string): Progress {
  let last = Date.now();
  let timed = "";
  let since = last;
  return {
    onProgress(event) {
      if (event.phase !== timed) [timed, since] = [event.phase, Date.now()];
      if (Date.now() - last < LINE_EVERY_MS) return;
      last = Date.now();
      io.note(`${label}: ${event.phase} ${amount(event)}${timeLeft(event, last - since)}`);
    },
    clear: () => undefined,
    stop: () => undefined,
  };
}

function amount({ done, total, unit }: ProgressEvent): string {
  const of = total === undefined ? "" : ` of ${unit === "bytes" ? megabytes(total) : total}`;
  return unit === "bytes" ? `${megabytes(done)}${of}` : `${Math.floor(done)}${of}`;
}

/** `, 2 min left`, from the pace so far; nothing while there is no pace yet. */
function timeLeft({ done, total }: ProgressEvent, elapsedMs: number): string {
  if (total === undefined || !(done > 0) || elapsedMs < SHOW_AFTER_MS) return "";
  return `, ${duration((elapsedMs / done) * (total - done))} left`;
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
