import { batch, computed, signal } from "@preact/signals";
import { addObjects } from "../domain/commands.js";
import type { EverythingEvent, MaskView } from "../protocol/engine.js";
import { fill, words } from "../words/words.js";
import { knowFixed, photoInput } from "./masks.js";
import { report } from "./problems.js";
import * as session from "./session.js";

export interface FoundMask {
  readonly id: string;
  readonly number: number;
  readonly view: MaskView;
  readonly score: number;
}

export interface EverythingRun {
  readonly photoId: string;
  readonly isRunning: boolean;
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
  readonly pointsPerSide: number;
  readonly found: readonly FoundMask[];
}

/** The run whose panel is open. */
export const everything = signal<EverythingRun | null>(null);
/** Masks of a lower score are not shown, 0 to 1. */
export const quality = signal(0.85);
/** Masks of a smaller share of the photo are left out, 0 to 1. */
export const smallest = signal(0.001);
export const ticked = signal<ReadonlySet<string>>(new Set());
export const hoveredFound = signal<string | null>(null);

/** What passes the sliders, largest first. */
export const passing = computed<readonly FoundMask[]>(() => {
  const run = everything.value;
  const photo = session.photo.value;
  if (!run || !photo) return [];
  const least = smallest.value * photo.width * photo.height;
  return run.found
    .filter(({ score, view }) => score >= quality.value && view.area >= least)
    .sort((a, b) => b.view.area - a.view.area);
});

/** What "Keep" takes: what is ticked, or everything that is shown. */
export const toKeep = computed<readonly FoundMask[]>(() => {
  const chosen = passing.value.filter(({ id }) => ticked.value.has(id));
  return chosen.length > 0 ? chosen : passing.value;
});

/** What comes in is shown so often: each time lists and masks are drawn anew. */
const SHOW_MS = 200;

let controller: AbortController | undefined;
/** What the run has found and not shown yet is shown. */
let showRest: () => void = () => undefined;

export async function startEverything(pointsPerSide = 16): Promise<void> {
  stopEverything();
  const photo = session.photo.value;
  const input = photo && photoInput(photo);
  if (!photo || !input || !session.model.value) return;
  const own = new AbortController();
  controller = own;
  const since = performance.now();
  batch(() => {
    session.objectId.value = null;
    session.hover.value = null;
    ticked.value = new Set();
    everything.value = {
      photoId: photo.id,
      isRunning: true,
      done: 0,
      total: pointsPerSide ** 2,
      seconds: 0,
      pointsPerSide,
      found: [],
    };
  });
  const arrivals = new Arrivals(([done, total], found) => {
    const run = everything.value;
    if (!run || controller !== own) return;
    const seconds = (performance.now() - since) / 1000;
    everything.value = { ...run, seconds, done, total, found };
  }, pointsPerSide ** 2);
  showRest = () => arrivals.end();
  try {
    await session
      .engine()
      .everything(input, { pointsPerSide }, { signal: own.signal, onEvent: (event) => arrivals.take(event) });
    arrivals.end();
    session.announcement.value = fill(words().done.found, { count: passing.value.length });
  } catch (error) {
    arrivals.end();
    report(error, words().wrong.everything);
  } finally {
    const run = everything.value;
    if (run && controller === own) everything.value = { ...run, isRunning: false };
  }
}

/** Collects what a run finds and hands it on a few times a second. */
class Arrivals {
  readonly #show: (progress: readonly [number, number], found: readonly FoundMask[]) => void;
  #progress: readonly [number, number];
  #found: FoundMask[] = [];
  #lastNumber = 0;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(
    show: (progress: readonly [number, number], found: readonly FoundMask[]) => void,
    total: number,
  ) {
    this.#show = show;
    this.#progress = [0, total];
  }

  take(event: EverythingEvent): void {
    if (event.type === "progress") this.#progress = [event.done, event.total];
    if (event.type === "dropped") this.#found = this.#found.filter(({ id }) => id !== event.id);
    if (event.type === "found") {
      this.#lastNumber += 1;
      const { id, view, score } = event;
      this.#found.push({ id, view, score, number: this.#lastNumber });
    }
    this.#due ??= setTimeout(() => this.end(), SHOW_MS);
  }

  /** Hands on what has come so far. */
  end(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#show(this.#progress, [...this.#found]);
  }
}

/** Ends the run; what was found stays. */
export function stopEverything(): void {
  if (everything.value?.isRunning) showRest();
  controller?.abort(new DOMException("stopped", "AbortError"));
  controller = undefined;
  const run = everything.value;
  if (run?.isRunning) everything.value = { ...run, isRunning: false };
}

export function closeEverything(): void {
  stopEverything();
  everything.value = null;
  hoveredFound.value = null;
}

/** @param least  0 to 1 */
export function setQuality(least: number): void {
  quality.value = least;
}

/** @param share  of the photo, 0 to 1 */
export function setSmallest(share: number): void {
  smallest.value = share;
}

/** @param id  null = none */
export function hoverFound(id: string | null): void {
  hoveredFound.value = id;
}

/** Ticks all that is shown, or nothing where something is ticked. */
export function tickAll(): void {
  ticked.value = ticked.value.size > 0 ? new Set() : new Set(passing.value.map(({ id }) => id));
}

export function tick(id: string): void {
  const next = new Set(ticked.value);
  if (!next.delete(id)) next.add(id);
  ticked.value = next;
}

/** Makes objects of the chosen masks, in one step of undo. */
export function keepFound(): void {
  const run = everything.value;
  const chosen = toKeep.value;
  if (!run || chosen.length === 0) return;
  batch(() => {
    const kept = chosen.map(({ view, score }) => {
      const mask = { id: session.newId("mask"), rle: view.rle, score };
      return { id: session.newId("object"), mask, view };
    });
    knowFixed(
      run.photoId,
      kept.map(({ mask, view }) => ({ id: mask.id, view })),
    );
    const objects = kept.map(({ id, mask }) => ({ id, fixed: mask, label: session.nextClass.value }));
    session.dispatch(addObjects({ step: "keep", count: kept.length }, new Map([[run.photoId, objects]])));
    session.endStep();
    closeEverything();
  });
  session.announcement.value = fill(words().done.kept, { count: chosen.length });
}
