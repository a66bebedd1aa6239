import { batch, computed, signal } from "@preact/signals";
import type { MaskView } from "../services/engine.js";
import { keepMasks } from "./commands.js";
import { photoInput, rememberView } from "./masks.js";
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
export const quality = signal(0.7);
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

let controller: AbortController | undefined;

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
  let number = 0;
  const update = (change: (run: EverythingRun) => Partial<EverythingRun>) => {
    const run = everything.value;
    if (!run || controller !== own) return;
    everything.value = { ...run, seconds: (performance.now() - since) / 1000, ...change(run) };
  };
  try {
    await session.engine().everything(
      input,
      { pointsPerSide },
      {
        signal: own.signal,
        onEvent(event) {
          if (event.type === "progress") update(() => ({ done: event.done, total: event.total }));
          if (event.type === "dropped") {
            update(({ found }) => ({ found: found.filter(({ id }) => id !== event.id) }));
          }
          if (event.type === "found") {
            number += 1;
            const { id, view, score } = event;
            update(({ found }) => ({ found: [...found, { id, view, score, number }] }));
          }
        },
      },
    );
    session.announcement.value = `${passing.value.length} masks found`;
  } catch (error) {
    report(error, "Everything stopped early. What was found is kept.");
  } finally {
    update(() => ({ isRunning: false }));
  }
}

/** Ends the run; what was found stays. */
export function stopEverything(): void {
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
      const id = session.newId("object");
      rememberView(id, view);
      return { id, mask: { id: session.newId("mask"), rle: view.rle, score } };
    });
    session.dispatch(keepMasks(run.photoId, kept));
    session.endStep();
    closeEverything();
  });
  session.announcement.value = `${chosen.length} masks kept as objects`;
}
