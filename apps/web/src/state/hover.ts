import { batch, effect, untracked } from "@preact/signals";
import { createObject, type ObjectDoc, type PhotoDoc } from "../domain/document.js";
import type { DecodeAnswer } from "../protocol/engine.js";
import { ask } from "./asking.js";
import { answerOf, askedOf, chosenIndex, decodeRequest, engineKey, inputId, shownInput } from "./masks.js";
import { takesTooLong } from "./patience.js";
import { encoded, frame, frameMasks, hasPreview, hover, model, object, photo } from "./session.js";

/** A decoder that is slower than this several times in a row gives no preview before the click for a while. */
const SLOW_DECODE_MS = 150;
const SLOW_DECODES = 3;
const REST_MS = 4000;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly isInclude: boolean;
  readonly isNew: boolean;
}

interface Wish extends Place {
  /** The photo's id. */
  readonly on: string;
}

/** A preview that is shown or under way: what a click in the same cell takes over. */
interface Preview {
  readonly cell: string;
  readonly key: number;
  readonly x: number;
  readonly y: number;
  readonly answer: Promise<DecodeAnswer>;
}

let isBusy = false;
let waiting: Wish | null = null;
let shownCell = "";
let latest: Preview | null = null;
let controller = new AbortController();
let slowDecodes = 0;
let isResting = false;

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
  const { points, box, base, wantsAlternatives, hint } = askedOf(on, current);
  const choice = chosenIndex(current, answer);
  return { input: inputId(on), points, box, base, wantsAlternatives, choice, ...(hint && { hint }) };
}

/** Shows what a click here would give, or would once a slow decoder has rested. The newest wish wins: one is under way, one waits. */
export function previewAt(wish: Place): void {
  const on = photo.value;
  const info = model.value;
  if (!hasPreview.value || !on || !info || !isPrepared(on)) return;
  const cell = cellOf(wish);
  if (cell === shownCell) return;
  shownCell = cell;
  waiting = { ...wish, on: on.id };
  if (!isBusy && !isResting) void next();
}

/** Whether the model knows what is on screen. */
function isPrepared(on: PhotoDoc): boolean {
  return on.video ? shownInput(on) !== undefined : encoded.value.has(on.id);
}

/** What a click on a tracked object refines. */
function hintOf(on: PhotoDoc, current: ObjectDoc) {
  return on.video && !baseOf(current) ? frameMasks.value.get(current.id)?.view.rle : undefined;
}

/** Within one cell of the model's masks the answer hardly changes. */
function cellOf({ x, y, isInclude, isNew }: Place): string {
  const { width = 1, height = 1 } = photo.value ?? {};
  const side = (model.value?.imageSize ?? 4) / 4;
  const place = `${Math.floor((x / width) * side)} ${Math.floor((y / height) * side)}`;
  return `${place} ${isInclude} ${isNew} ${isNew ? "" : object.value?.id}`;
}

/**
 * The preview of a click that is about to be made, taken over by it: its place, so that equal prompts have equal answers, and its answer,
 * so that the model is not asked again. Null where the pointer has moved on.
 */
export function takePreview(
  wish: Place,
): { readonly x: number; readonly y: number; readonly answer: Promise<DecodeAnswer> } | null {
  const taken = latest;
  const on = photo.value;
  const info = model.value;
  if (!taken || !on || !info || taken.cell !== cellOf(wish)) return null;
  const wanted = withClick(wish.isNew ? undefined : object.value, { ...wish, x: taken.x, y: taken.y });
  if (engineKey(inputId(on), on.id, askedOf(on, wanted)) !== taken.key) return null;
  // The click's own now: the end of the preview does not end it.
  controller = new AbortController();
  latest = null;
  return taken;
}

/** A preview is of one object as it is: another photo, object or state of it takes it away. Ends with the returned call. */
export function keepPreviewTrue(): () => void {
  return effect(() => {
    void [photo.value?.id, photo.value?.video && frame.value, object.value, model.value];
    untracked(endPreview);
  });
}

/** Takes the preview away, as when the pointer leaves or presses. */
export function endPreview(): void {
  shownCell = "";
  latest = null;
  waiting = null;
  controller.abort(new DOMException("no longer wanted", "AbortError"));
  controller = new AbortController();
  hover.value = null;
}

async function next(): Promise<void> {
  const wish = waiting;
  const on = photo.value;
  const input = on && shownInput(on);
  waiting = null;
  // What is shown or chosen may be another by now.
  if (!wish || !input || wish.on !== on.id || cellOf(wish) !== shownCell) return;
  isBusy = true;
  const { signal } = controller;
  const start = performance.now();
  try {
    const current = wish.isNew ? undefined : object.value;
    const [x, y] = [Math.round(wish.x * 10) / 10, Math.round(wish.y * 10) / 10];
    const wanted = withClick(current, { ...wish, x, y });
    const request = { ...decodeRequest(input, askedOf(on, wanted)), isPreview: true };
    const hint = current && hintOf(on, current);
    const asked = ask(hint ? { ...request, hint, isMultimask: false } : request, wanted, { signal });
    // A click on a tracked object is answered by its past too: that is another answer than the preview.
    const own = { cell: cellOf(wish), key: hint ? 0 : request.key, x, y, answer: asked };
    latest = own;
    const answer = await asked;
    const candidate = answer.candidates[answer.best];
    batch(() => {
      if (candidate && latest === own) hover.value = { view: candidate.view, isNew: !current };
    });
    slowDecodes = takesTooLong(performance.now() - start, SLOW_DECODE_MS) ? slowDecodes + 1 : 0;
    if (slowDecodes >= SLOW_DECODES) {
      slowDecodes = 0;
      rest();
    }
  } catch {
    // A preview that fails is no preview; the click itself reports what is wrong.
    hover.value = null;
    latest = null;
  } finally {
    isBusy = false;
    if (waiting && !isResting) void next();
  }
}

/** Leaves the decoder to clicks for a while. Whoever's pointer still is where it was then sees what it would give. */
function rest(): void {
  isResting = true;
  setTimeout(() => {
    isResting = false;
    if (waiting && !isBusy) void next();
  }, REST_MS);
}
