/** One event of Chromium's trace, as far as it is looked at. Times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Of it, how long the thread itself ran; the rest it waited for a core, or for the compositor. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly data?: Readonly<Record<string, unknown>>; readonly name?: string };
}

export interface LongTask {
  /** Since the first task of the page, in milliseconds. */
  readonly atMs: number;
  readonly ms: number;
  /** How long the thread itself ran. */
  readonly ranMs: number;
  /** What took most of it, longest first. */
  readonly parts: readonly string[];
}

const TASK = "RunTask";
const SKIPPED = new Set([TASK, "ThreadPool_RunTask", "ThreadControllerImpl::RunTask"]);

/** The tasks of the page's own thread that took longest. */
export function longestTasks(events: readonly TraceEvent[], count: number): LongTask[] {
  const main = mainThread(events);
  if (!main) return [];
  const own = events.filter(({ pid, tid, ph }) => pid === main.pid && tid === main.tid && ph === "X");
  const tasks = own.filter(({ name }) => name.endsWith(TASK)).sort((a, b) => (b.dur ?? 0) - (a.dur ?? 0));
  const start = Math.min(...tasks.map(({ ts }) => ts));
  return tasks.slice(0, count).map((task) => {
    const end = task.ts + (task.dur ?? 0);
    const inside = own.filter(
      ({ name, ts, dur = 0 }) => !SKIPPED.has(name) && ts >= task.ts && ts + dur <= end && dur > 1000,
    );
    inside.sort((a, b) => (b.dur ?? 0) - (a.dur ?? 0));
    return {
      atMs: (task.ts - start) / 1000,
      ms: (task.dur ?? 0) / 1000,
      ranMs: (task.tdur ?? 0) / 1000,
      parts: inside.slice(0, 5).map(partText),
    };
  });
}

function partText({ name, dur = 0, args }: TraceEvent): string {
  const { functionName, type } = args?.data ?? {};
  const about = functionName ?? type;
  return `${name}${about ? ` ${String(about)}` : ""} ${(dur / 1000).toFixed(1)}`;
}

/** The main thread of the renderer that ran most. */
function mainThread(events: readonly TraceEvent[]): { pid: number; tid: number } | undefined {
  const named = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const spent = named.map(({ pid, tid }) => ({
    pid,
    tid,
    total: events.reduce(
      (sum, event) =>
        sum + (event.pid === pid && event.tid === tid && event.name.endsWith(TASK) ? (event.dur ?? 0) : 0),
      0,
    ),
  }));
  return spent.sort((a, b) => b.total - a.total)[0];
}
