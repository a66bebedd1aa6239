/** Does the work for each, some at a time; the first failure ends it once what has begun is done. */
export async function inLanes<T>(
  all: readonly T[],
  lanes: number,
  work: (each: T) => Promise<void>,
): Promise<void> {
  const left = all.values();
  const failures: unknown[] = [];
  const lane = async () => {
    for (const each of left) {
      if (failures.length > 0) return;
      await work(each).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}
