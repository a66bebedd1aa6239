import { effect, untracked } from "@preact/signals";
import { InputError } from "@sam2js/core";
import type { DecodeAnswer, DecodeRequest, MaskView, PhotoInput } from "../services/engine.js";
import { type AskedPrompts, answerNumber, refinedNumber } from "./answer-keys.js";
import { askEngine } from "./ask-engine.js";
import {
  type CleanUp,
  hasPrompts,
  NO_CLEAN_UP,
  type ObjectDoc,
  type PhotoDoc,
  type RefinedAnswer,
  type Stroke,
} from "./document.js";
import { report } from "./problems.js";
import * as session from "./session.js";
import { noteTiming } from "./timings.js";

/** Masks of earlier states, for undo: the oldest go first. */
const MAX_KEPT = 300;

/** What is shown of an object until its next mask is there. */
const lastViews = new Map<string, MaskView>();
const underWay = new Set<number | string>();

/** Names what is on screen: a photo, or a frame of a video. */
export function inputId(photo: PhotoDoc): string {
  return photo.video ? `${photo.id}@${session.frame.value}` : photo.id;
}

/** Names who answers on a photo: the model, or its draft. */
function answererOn(photoId: string): string {
  const model = session.model.value;
  return model && isDraft(photoId) ? `${model.name}@${model.draftSize}` : (model?.name ?? "");
}

/** The model knows a photo's draft alone. */
export function isDraft(photoId: string): boolean {
  return session.encoded.value.get(photoId) === "draft";
}

/** The number of the answer to an object's prompts: equal prompts of one photo and model have one answer. */
export function answerKey(photo: PhotoDoc, object: ObjectDoc): number {
  return answerNumber(inputId(photo), answererOn(photo.id), object);
}

/** Three masks for one point, which is ambiguous, or on request; else one. */
export function isMultimask(object: AskedPrompts): boolean {
  return object.wantsAlternatives || (object.points.length === 1 && !object.box);
}

export function answerOf(photo: PhotoDoc, object: ObjectDoc): DecodeAnswer | undefined {
  return session.model.value ? session.answers.value.get(answerKey(photo, object)) : undefined;
}

/** The index of the mask that is used of an answer. */
export function chosenIndex(object: ObjectDoc, answer: DecodeAnswer): number {
  return object.choice !== null && object.choice < answer.candidates.length ? object.choice : answer.best;
}

export interface ShownMask {
  readonly view: MaskView;
  readonly score: number | undefined;
  /** The mask is of an earlier state; the new one is on its way. */
  readonly isOld: boolean;
}

/** What is to be drawn of an object now; undefined as long as there is nothing. */
export function maskOf(photo: PhotoDoc, object: ObjectDoc): ShownMask | undefined {
  if (photo.video) return session.frameMasks.value.get(object.id);
  const answer = hasPrompts(object) ? answerOf(photo, object) : undefined;
  const candidate = answer?.candidates[chosenIndex(object, answer)];
  const score = candidate?.score ?? object.fixed?.score;
  const isPending = hasPrompts(object) && !candidate;
  const wanted = isPending
    ? undefined
    : needsWork(object)
      ? session.composed.value.get(workKey(photo, object))
      : candidate?.view;
  if (wanted) {
    lastViews.set(object.id, wanted);
    return { view: wanted, score, isOld: false };
  }
  if (!hasPrompts(object) && !object.fixed && object.strokes.length === 0) return undefined;
  const old = lastViews.get(object.id) ?? candidate?.view;
  return old && { view: old, score, isOld: true };
}

/** Keeps a mask that is known already, so that nothing flickers. */
export function rememberView(id: string, view: MaskView): void {
  lastViews.set(id, view);
}

/** What objects look like that are made of these masks: nothing needs to be asked for as long as they are not touched up. */
export function knowFixed(
  photoId: string,
  masks: readonly { readonly id: string; readonly view: MaskView }[],
): void {
  const entries = masks.map(({ id, view }) => [workKeyOf(photoId, id, [], NO_CLEAN_UP), view] as const);
  session.composed.value = withEntries(session.composed.value, entries);
}

function needsWork({ strokes, cleanUp, fixed, points, box }: ObjectDoc): boolean {
  const isTouched = strokes.length > 0 || cleanUp.holes > 0 || cleanUp.specks > 0 || cleanUp.edge !== 0;
  return isTouched || (fixed !== null && points.length === 0 && !box);
}

function workKey(photo: PhotoDoc, object: ObjectDoc): string {
  const from = hasPrompts(object) ? [answerKey(photo, object), object.choice] : (object.fixed?.id ?? "none");
  return workKeyOf(photo.id, from, object.strokes, object.cleanUp);
}

function workKeyOf(photoId: string, from: unknown, strokes: readonly Stroke[], cleanUp: CleanUp): string {
  return JSON.stringify([photoId, from, strokes.map(({ id }) => id), cleanUp]);
}

/** The photo as the engine takes it; undefined while its pixels are not there. */
export function photoInput(photo: PhotoDoc): PhotoInput | undefined {
  const blob = session.pixels.value.get(photo.id)?.blob;
  return blob
    ? { id: photo.id, name: photo.name, blob, width: photo.width, height: photo.height }
    : undefined;
}

/** What is on screen as the engine takes it: the photo, or the frame once it was prepared. */
export function shownInput(photo: PhotoDoc): PhotoInput | undefined {
  if (!photo.video) return photoInput(photo);
  const still = session.still.value;
  const id = inputId(photo);
  return still?.id === id
    ? { id, name: photo.name, blob: still.blob, width: photo.width, height: photo.height }
    : undefined;
}

export function decodeRequest(photo: PhotoInput, key: number, prompts: AskedPrompts): DecodeRequest {
  const { points, box, base } = prompts;
  return {
    key,
    photo,
    points,
    box,
    base: base && { key: refinedNumber(answererOn(photo.id), base), choice: base.choice },
    isMultimask: isMultimask(prompts),
    isDraft: isDraft(photo.id),
  };
}

/** Asks the model on a photo, and first for the answer that is refined where the model has it no longer. */
export function ask(
  request: DecodeRequest,
  base: ObjectDoc["base"],
  options?: { readonly signal?: AbortSignal | undefined },
): Promise<DecodeAnswer> {
  const { photo } = request;
  const toRequest = (lost: RefinedAnswer) =>
    lost.input === photo.id
      ? decodeRequest(photo, refinedNumber(answererOn(photo.id), lost), lost)
      : undefined;
  return askEngine(session.engine(), request, base, toRequest, options);
}

/** Asks for every mask that the document needs and nobody has made yet. Ends with the returned call. */
export function keepMasksUpToDate(): () => void {
  return effect(() => {
    const model = session.model.value;
    const photo = session.photo.value;
    const answers = session.answers.value;
    const composed = session.composed.value;
    if (!photo || photo.video) return;
    for (const object of photo.objects) {
      if (hasPrompts(object)) {
        const key = model && answerKey(photo, object);
        if (key && !answers.has(key)) untracked(() => requestAnswer(photo, object, key));
      }
      if (needsWork(object)) {
        const key = workKey(photo, object);
        if (!composed.has(key)) untracked(() => requestWork(photo, object, key));
      }
    }
  });
}

/** Asks for the answer to an object's prompts. */
export function requestAnswer(photo: PhotoDoc, object: ObjectDoc, key: number): void {
  const input = shownInput(photo);
  if (!input || underWay.has(key)) return;
  underWay.add(key);
  ask(decodeRequest(input, key, object), object.base)
    .then((answer) => {
      session.answers.value = withEntry(session.answers.value, key, answer);
      session.decodeMs.value = answer.elapsedMs;
      noteTiming({ clickMs: answer.elapsedMs });
      announceMask(photo, object);
    })
    .catch((error) =>
      report(error, "The mask could not be made.", {
        label: "Try again",
        run: () => {
          session.problem.value = null;
          // Asks for what is missing.
          session.answers.value = new Map(session.answers.value);
        },
      }),
    )
    .finally(() => underWay.delete(key));
}

/** Takes the answer to a preview as the answer to an object's prompts; if it fails, the model is asked as for any other. */
export function adoptAnswer(photo: PhotoDoc, object: ObjectDoc, asked: Promise<DecodeAnswer>): void {
  const key = answerKey(photo, object);
  if (underWay.has(key)) return;
  underWay.add(key);
  asked
    .then((answer) => {
      void session.engine().adopt(key);
      session.answers.value = withEntry(session.answers.value, key, answer);
      session.decodeMs.value = answer.elapsedMs;
      announceMask(photo, object);
    })
    .catch(() => {
      underWay.delete(key);
      session.answers.value = new Map(session.answers.value);
    })
    .finally(() => underWay.delete(key));
}

function requestWork(photo: PhotoDoc, object: ObjectDoc, key: string): void {
  if (underWay.has(key) || (hasPrompts(object) && !answerOf(photo, object))) return;
  underWay.add(key);
  compose(photo, object)
    .then((view) => {
      session.composed.value = withEntry(session.composed.value, key, view);
    })
    .catch((error) => report(error, "The touch-up could not be drawn."))
    .finally(() => underWay.delete(key));
}

/** Touches up what was answered, or what is fixed. */
function compose(photo: PhotoDoc, object: ObjectDoc): Promise<MaskView> {
  const { strokes, cleanUp } = object;
  const answer = hasPrompts(object) ? answerOf(photo, object) : undefined;
  const rle = answer ? answer.candidates[chosenIndex(object, answer)]?.view.rle : object.fixed?.rle;
  return session.engine().compose({ rle: rle ?? null, size: [photo.height, photo.width], strokes, cleanUp });
}

/** The mask of a photo's object, made first where nobody has asked for it. @throws {InputError} no model is there yet */
export async function madeMask(
  photo: PhotoDoc,
  object: ObjectDoc,
  signal?: AbortSignal,
): Promise<ShownMask | undefined> {
  const shown = maskOf(photo, object);
  const input = photoInput(photo);
  if (photo.video || !input || (shown && !shown.isOld)) return shown;
  if (hasPrompts(object)) {
    if (!session.model.value)
      throw new InputError(
        `${object.name}: expected a model to make its mask, got none yet; wait until it is ready`,
      );
    const key = answerKey(photo, object);
    const answer =
      session.answers.value.get(key) ??
      (await ask(decodeRequest(input, key, object), object.base, { signal }));
    session.answers.value = withEntry(session.answers.value, key, answer);
  }
  if (needsWork(object)) {
    const view = await compose(photo, object);
    session.composed.value = withEntry(session.composed.value, workKey(photo, object), view);
  }
  signal?.throwIfAborted();
  return maskOf(photo, object);
}

function withEntry<K, T>(map: ReadonlyMap<K, T>, key: K, value: T): ReadonlyMap<K, T> {
  return withEntries(map, [[key, value]]);
}

function withEntries<K, T>(map: ReadonlyMap<K, T>, entries: readonly (readonly [K, T])[]): ReadonlyMap<K, T> {
  // What is on screen must all be there, or it would be made again and again.
  const shown = session.photo.value?.objects.length ?? 0;
  return new Map([...map, ...entries].slice(-(MAX_KEPT + shown + entries.length)));
}

/** "Object 2, mug: 2 % of the photo, lower right, score 0.94". */
function announceMask(photo: PhotoDoc, object: ObjectDoc): void {
  const shown = maskOf(photo, object);
  if (!shown) return;
  const { area, box } = shown.view;
  const share = (100 * area) / (photo.width * photo.height);
  const across = ["left", "centre", "right"][
    Math.min(2, Math.floor((1.5 * (box[0] + box[2])) / photo.width))
  ];
  const down = ["upper", "middle", "lower"][
    Math.min(2, Math.floor((1.5 * (box[1] + box[3])) / photo.height))
  ];
  const score = shown.score === undefined ? "" : `, score ${shown.score.toFixed(2)}`;
  session.announcement.value = `${object.name}: ${share.toFixed(1)} % of the photo, ${down} ${across}${score}`;
}
