import { useEffect, useState } from "preact/hooks";
import type { Encoding } from "../state/session.js";
import { fill, words } from "../words/words.js";

const TICK_MS = 500;

/** "in 5 s", as learnt from this device; "in a moment" where it takes longer than that, empty where nobody knows. */
export function useSecondsLeft(work: Encoding | null): string {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!work?.expectedMs) return;
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [work]);
  return work ? secondsLeft(work, performance.now()) : "";
}

/** @param now  in milliseconds, as `work.since` */
export function secondsLeft({ since, expectedMs }: Encoding, now: number): string {
  if (expectedMs === undefined) return "";
  const left = Math.round((since + expectedMs - now) / 1000);
  return left > 0 ? fill(words().unit.inSeconds, { count: left }) : words().unit.soon;
}
