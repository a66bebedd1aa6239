import { type OnProgress, raceAbort, type WorkOptions } from "@sam2js/core";

interface Shared {
  readonly promise: Promise<unknown>;
  readonly controller: AbortController;
  readonly listeners: Set<OnProgress>;
  users: number;
  isDone: boolean;
}

const running = new WeakMap<object, Map<string, Shared>>();

/**
 * Runs work once for all who ask for it at the same time. Each caller may abort for itself; the work is aborted with the last of
 * them, and is let end before the same work begins again. All hear its progress.
 *
 * @param owner  what the work changes (a store)
 * @param key    which work it is
 */
export async function shareWork<T>(
  owner: object,
  key: string,
  work: (options: WorkOptions) => Promise<T>,
  { signal, onProgress }: WorkOptions,
): Promise<T> {
  let jobs = running.get(owner);
  if (!jobs) {
    jobs = new Map();
    running.set(owner, jobs);
  }
  let job = jobs.get(key);
  while (job?.controller.signal.aborted) {
    await raceAbort(
      job.promise.catch(() => undefined),
      signal,
    );
    job = jobs.get(key);
  }
  job ??= start(jobs, key, work);
  job.users++;
  if (onProgress) job.listeners.add(onProgress);
  try {
    return (await raceAbort(job.promise, signal)) as T;
  } finally {
    job.users--;
    if (onProgress) job.listeners.delete(onProgress);
    if (job.users === 0 && !job.isDone) job.controller.abort(signal?.reason);
  }
}

function start<T>(
  jobs: Map<string, Shared>,
  key: string,
  work: (options: WorkOptions) => Promise<T>,
): Shared {
  const controller = new AbortController();
  const listeners = new Set<OnProgress>();
  const onProgress: OnProgress = (event) => {
    for (const listener of listeners) listener(event);
  };
  const promise = work({ signal: controller.signal, onProgress });
  const job: Shared = { promise, controller, listeners, users: 0, isDone: false };
  jobs.set(key, job);
  const finish = () => {
    job.isDone = true;
    jobs.delete(key);
  };
  // Whoever waits hears of a failure; without this handler, one that comes after all have left would end the program.
  promise.then(finish, finish);
  return job;
}
