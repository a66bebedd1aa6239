import { batch } from "@preact/signals";
import { createObject, type ObjectDoc } from "./document.js";
import { answerKey, answerOf, chosenIndex, decodeRequest, photoInput } from "./masks.js";
import { encoded, engine, hover, model, object, photo } from "./session.js";

/** A decoder that is slower than this several times in a row gives no preview before the click for a while. */
const SLOW_DECODE_MS = 150;
const SLOW_DECODES = 3;
const REST_MS = 4000;

interface Wish {
  readonly x: number;
  readonly y: number;
  readonly isInclude: boolean;
  readonly isNew: boolean;
}

let isBusy = false;
let waiting: Wish | null = null;
let shownCell = "";
let controller = new AbortController();
let slowDecodes = 0;
let restsUntil = 0;

/** The object as a click would make it, so that the preview is what the click gives. */
export function withClick(
  current: ObjectDoc | undefined,
  point: { readonly x: number; readonly y: number; readonly isInclude: boolean },
): ObjectDoc {
  const from = current ?? createObject("preview", 0);
  return {
    ...from,
    points: [...from.points, { id: "preview", ...point }],
    base: baseOf(current),
    choice: null,
    wantsAlternatives: false,
  };
}

/** The answer that the next prompt of an object refines. */
export function baseOf(current: ObjectDoc | undefined): ObjectDoc["base"] {
  const on = photo.value;
  const info = model.value;
  const answer = current && on ? answerOf(on, current) : undefined;
  if (!current || !on || !info || !answer) return null;
  return { key: answerKey(on, current, info.name), choice: chosenIndex(current, answer) };
}

/** Shows what a click here would give. The newest wish wins: one is under way, one waits. */
export function previewAt(wish: Wish): void {
  const on = photo.value;
  const info = model.value;
  if (!on || !info || !encoded.value.has(on.id) || performance.now() < restsUntil) return;
  // Within one cell of the model's masks the answer hardly changes.
  const side = info.imageSize / 4;
  const cell = `${Math.floor((wish.x / on.width) * side)} ${Math.floor((wish.y / on.height) * side)} ${wish.isInclude} ${wish.isNew} ${object.value?.id}`;
  if (cell === shownCell) return;
  shownCell = cell;
  waiting = wish;
  if (!isBusy) void next();
}

/** Takes the preview away, as when the pointer leaves or presses. */
export function endPreview(): void {
  shownCell = "";
  waiting = null;
  controller.abort(new DOMException("no longer wanted", "AbortError"));
  controller = new AbortController();
  hover.value = null;
}

async function next(): Promise<void> {
  const wish = waiting;
  const on = photo.value;
  const input = on && photoInput(on);
  waiting = null;
  if (!wish || !input) return;
  isBusy = true;
  const { signal } = controller;
  const start = performance.now();
  try {
    const current = wish.isNew ? undefined : object.value;
    const wanted = withClick(current, wish);
    const answer = await engine().decode(decodeRequest(input, "hover", wanted), { signal });
    const candidate = answer.candidates[answer.best];
    batch(() => {
      if (candidate && !signal.aborted) hover.value = { view: candidate.view, isNew: !current };
    });
    slowDecodes = performance.now() - start > SLOW_DECODE_MS ? slowDecodes + 1 : 0;
    if (slowDecodes >= SLOW_DECODES) {
      slowDecodes = 0;
      restsUntil = performance.now() + REST_MS;
      waiting = null;
    }
  } catch {
    // A preview that fails is no preview; the click itself reports what is wrong.
    hover.value = null;
  } finally {
    isBusy = false;
    if (waiting) void next();
  }
}
