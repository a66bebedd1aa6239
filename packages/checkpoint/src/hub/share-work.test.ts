import { expect, test } from "vitest";
import { shareWork } from "./share-work.js";

/** Work that ends when told, and notes what happens to it. */
function work() {
  const log: string[] = [];
  let end: () => void = () => undefined;
  const run = ({ signal }: { signal?: AbortSignal | undefined }) => {
    log.push("begin");
    return new Promise<number>((resolve, reject) => {
      end = () => resolve(log.push("end"));
      signal?.addEventListener("abort", () => {
        log.push("aborted");
        setTimeout(() => {
          log.push("cleaned up");
          reject(signal.reason);
        }, 20);
      });
    });
  };
  return { log, run, end: () => end() };
}

test("work for one owner and key runs once, and all get its result", async () => {
  const owner = {};
  const { log, run, end } = work();
  const all = [
    shareWork(owner, "k", run, {}),
    shareWork(owner, "k", run, {}),
    shareWork({}, "k", async () => 7, {}),
  ];
  await Promise.resolve();
  end();
  expect(await Promise.all(all)).toEqual([2, 2, 7]);
  expect(log).toEqual(["begin", "end"]);
  expect(await shareWork(owner, "k", async () => 8, {})).toBe(8);
});

test("is aborted with its last user, and begins anew only when it has cleaned up", async () => {
  const owner = {};
  const { log, run } = work();
  const [first, second] = [new AbortController(), new AbortController()];
  const users = [first, second].map(({ signal }) =>
    shareWork(owner, "k", run, { signal }).catch((reason) => reason),
  );
  first.abort("one");
  expect(await users[0]).toBe("one");
  expect(log).toEqual(["begin"]);
  second.abort("two");
  expect(await users[1]).toBe("two");
  const again = shareWork(owner, "k", async () => log.push("again"), {});
  await again;
  expect(log).toEqual(["begin", "aborted", "cleaned up", "again"]);
});

test("a failure reaches all who wait", async () => {
  const owner = {};
  const fail = async () => {
    throw new TypeError("broken");
  };
  const all = await Promise.allSettled([shareWork(owner, "k", fail, {}), shareWork(owner, "k", fail, {})]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
