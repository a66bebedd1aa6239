import { signal } from "@preact/signals";
import { NANO_WORK, PUBLISHED_MODELS } from "@sam2js/checkpoint";
import { listText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { model } from "./session.js";

const KEY = "sam2js:timings";

/** What a model took on this device the last time, in milliseconds. */
export interface Timing {
  /** To prepare a photo. */
  readonly encodeMs?: number | undefined;
  /** To answer a click. */
  readonly clickMs?: number | undefined;
}

/** By `timingKey`. */
export const timings = signal<Readonly<Record<string, Timing>>>({});

export function timingKey(name: string, device: string): string {
  return `${name} on ${device}`;
}

/** Notes what the model in use took. */
export function noteTiming(timing: Timing): void {
  const used = model.peek();
  if (!used) return;
  const key = timingKey(used.name, used.device);
  timings.value = { ...timings.peek(), [key]: { ...timings.peek()[key], ...timing } };
}

/** How long the model in use is going to take for a photo here; undefined where nothing tells. */
export function expectedEncodeMs(): number | undefined {
  const used = model.peek();
  return used ? expectedTiming(timings.peek(), used.name, used.device).encodeMs : undefined;
}

/** What a model took here; of a published one that was not used yet, what another one's time makes of it. */
export function expectedTiming(
  known: Readonly<Record<string, Timing>>,
  name: string,
  device: string,
): Timing & { readonly isEstimate?: boolean } {
  const measured = known[timingKey(name, device)];
  const wanted = PUBLISHED_MODELS.find(({ id }) => id === name);
  if (measured?.encodeMs !== undefined || !wanted) return measured ?? {};
  for (const { id, work } of [...PUBLISHED_MODELS, { id: "nano", work: NANO_WORK }]) {
    const { encodeMs, clickMs } = known[timingKey(id, device)] ?? {};
    if (encodeMs === undefined) continue;
    const estimate = { encodeMs: (encodeMs * wanted.work) / work, isEstimate: true };
    return id === "nano" ? estimate : { ...estimate, clickMs }; // the decoders of published models are the same
  }
  return {};
}

/** "1.8 s a photo, 45 ms a click"; empty where nothing was measured yet. */
export function timingText({
  encodeMs,
  clickMs,
  isEstimate,
}: Timing & { readonly isEstimate?: boolean } = {}): string {
  const { models } = words();
  const parts = [
    encodeMs !== undefined && fill(models.perPhoto, { time: durationText(encodeMs) }),
    clickMs !== undefined && fill(models.perClick, { time: durationText(clickMs) }),
  ];
  const text = listText(parts.filter((part) => part !== false));
  return isEstimate && text ? fill(models.about, { text }) : text;
}

/** Brings back what was measured on other days, and keeps what is when the page is left. Ends with the returned call. */
export function keepTimings(): () => void {
  try {
    timings.value = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    // A browser that keeps nothing: measured anew.
  }
  // Not at once: that would be work of each click.
  const keep = () => {
    if (document.visibilityState !== "hidden") return;
    try {
      localStorage.setItem(KEY, JSON.stringify(timings.value));
    } catch {
      // Then it holds for this visit.
    }
  };
  document.addEventListener("visibilitychange", keep);
  return () => document.removeEventListener("visibilitychange", keep);
}

/** Two figures are enough: it differs from time to time. */
function durationText(ms: number): string {
  const { unit } = words();
  if (ms >= 1000) return fill(unit.seconds, { count: Number((ms / 1000).toPrecision(2)) });
  return fill(unit.milliseconds, { count: Math.max(1, Number(ms.toPrecision(2))) });
}
