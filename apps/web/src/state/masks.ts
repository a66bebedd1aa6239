import { AnswerNumbers, type AskedPrompts, engineNumbers } from "../domain/answer-keys.js";
import {
  type CleanUp,
  hasPrompts,
  NO_CLEAN_UP,
  type ObjectDoc,
  type PhotoDoc,
  type RefinedAnswer,
  type SeenRle,
  type Stroke,
} from "../domain/document.js";
import type { DecodeAnswer, DecodeRequest, MaskView, PhotoInput } from "../protocol/engine.js";
import {
  noteAnswer,
  noteWork,
  restoreAnswer,
  restoreWork,
  type SavedMask,
  type SeenAnswer,
  seenAnswer,
  seenWork,
} from "./seen-masks.js";
import * as session from "./session.js";

/** Masks of earlier states that are ready to be drawn: the oldest go first. */
const MAX_DRAWN = 300;
/** Prompts that are told apart: more than fit a week of undo. */
const MAX_STATES = 100_000;

/** Prompts as the document has them, whoever answers: another model changes no mask that was seen. */
const states = new AnswerNumbers(MAX_STATES);
/** What is shown of an object until its next mask is there, by photo and object: another project's may have the same ids. */
const lastViews = new Map<string, MaskView>();

/** Names what is on screen: a photo, or a frame of a video. */
export function inputId(photo: PhotoDoc): string {
  return photo.video ? `${photo.id}@${session.frame.value}` : photo.id;
}

/** Names who answers on a photo now: the model, or its draft. */
export function answererOn(photoId: string): string {
  const model = session.model.value;
  return model && isDraft(photoId) ? draftName(model) : (model?.name ?? "");
}

/** As the engine names it. */
function draftName({
  name,
  draftSize,
}: {
  readonly name: string;
  readonly draftSize: number | null;
}): string {
  return `${name}@${draftSize}`;
}

/** The model knows a photo's draft alone. */
export function isDraft(photoId: string): boolean {
  return session.encoded.value.get(photoId) === "draft";
}

/** A draft of the model in use has answered. */
function isByDraft(by: string): boolean {
  const model = session.model.value;
  return model !== null && by === draftName(model);
}

/** A draft's answer, where the whole photo can be asked by now. */
export function isOutgrown(photoId: string, by: string): boolean {
  return isByDraft(by) && session.encoded.value.get(photoId) === "full";
}

/** Some of a photo's masks are a draft's answers. */
export function hasDraftMasks(photo: PhotoDoc): boolean {
  return photo.objects.some((object) => {
    const seen = hasPrompts(object) ? seenAnswer(answerKey(photo, object)) : undefined;
    return seen !== undefined && isByDraft(seen.by);
  });
}

/** What the model is asked with. On a photo, clicks on a mask that no click made go on from it. */
export function askedOf(photo: PhotoDoc, object: ObjectDoc): AskedPrompts {
  return photo.video ? object : { ...object, hint: object.fixed };
}

/** The number of an object's prompts on a photo: equal prompts have one answer. */
export function answerKey(photo: PhotoDoc, object: ObjectDoc): number {
  return states.of(inputId(photo), "", askedOf(photo, object));
}

/**
 * The mask that was seen of an answer that is refined, whichever model made it: a correction is one of what is on screen.
 *
 * @param asked  of the object: a mask that is asked for anew is not the one that was seen
 */
export function seenRefined(base: RefinedAnswer, asked: ObjectDoc["asked"]): SeenRle | undefined {
  return seenAnswer(states.of(base.input, "", { ...base, asked }))?.candidates[base.choice]?.rle;
}

/** The number by which the engine knows the answer that the model would give to prompts now. */
export function engineKey(input: string, photoId: string, prompts: AskedPrompts): number {
  return engineNumbers.of(input, answererOn(photoId), { ...prompts, asked: 0 });
}

/** Three masks for one point, which is ambiguous, or on request; else one. */
export function isMultimask({ wantsAlternatives, points, box, hint }: AskedPrompts): boolean {
  return wantsAlternatives || (points.length === 1 && !box && !hint);
}

/** An object's answer, ready to be drawn. */
export function answerOf(photo: PhotoDoc, object: ObjectDoc): DecodeAnswer | undefined {
  return session.answers.value.get(answerKey(photo, object));
}

/** The index of the mask that is used of an answer. */
export function chosenIndex(
  object: ObjectDoc,
  { candidates, best }: Pick<SeenAnswer, "best"> & { readonly candidates: readonly unknown[] },
): number {
  return object.choice !== null && object.choice < candidates.length ? object.choice : best;
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
    rememberView(photo.id, object.id, wanted);
    return { view: wanted, score, isOld: answer !== undefined && isOutgrown(photo.id, answer.by) };
  }
  if (!hasPrompts(object) && !object.fixed && object.strokes.length === 0) return undefined;
  const old = lastViews.get(viewName(photo.id, object.id)) ?? candidate?.view;
  return old && { view: old, score, isOld: true };
}

/** Keeps a mask that is known already, so that nothing flickers. */
export function rememberView(photoId: string, objectId: string, view: MaskView): void {
  const name = viewName(photoId, objectId);
  lastViews.delete(name);
  lastViews.set(name, view);
  // What is on screen was asked for last.
  const most = MAX_DRAWN + (session.photo.value?.objects.length ?? 0);
  for (const oldest of lastViews.keys()) {
    if (lastViews.size <= most) break;
    lastViews.delete(oldest);
  }
}

function viewName(photoId: string, objectId: string): string {
  return `${photoId} ${objectId}`;
}

/** Forgets what was shown, as another project is opened. */
export function forgetViews(): void {
  lastViews.clear();
}

/** What objects look like that are made of these masks: nothing needs to be asked for as long as they are not touched up. */
export function knowFixed(
  photoId: string,
  masks: readonly { readonly id: string; readonly view: MaskView }[],
): void {
  const entries = masks.map(({ id, view }) => [workKeyOf(photoId, id, [], NO_CLEAN_UP), view] as const);
  session.composed.value = withEntries(session.composed.value, entries);
}

/** A hand has a part in the mask, or made it. */
export function needsWork(object: ObjectDoc): boolean {
  return isTouched(object) || (object.fixed !== null && !hasPrompts(object));
}

function isTouched({ strokes, cleanUp }: ObjectDoc): boolean {
  return strokes.length > 0 || cleanUp.holes > 0 || cleanUp.specks > 0 || cleanUp.edge !== 0;
}

/** What was seen of a photo's object, to be saved; undefined where there is nothing yet. */
export function savedMask(photo: PhotoDoc, object: ObjectDoc): SavedMask | undefined {
  if (photo.video) return undefined;
  const answer = hasPrompts(object) ? seenAnswer(answerKey(photo, object)) : undefined;
  const work = isTouched(object) ? seenWork(workKey(photo, object)) : undefined;
  return answer || work ? { answer, work } : undefined;
}

/** Brings back what was seen on a photo, before it is shown. */
export function restoreMasks(photo: PhotoDoc, saved: ReadonlyMap<string, SavedMask> | undefined): void {
  for (const object of photo.objects) {
    const { answer, work } = saved?.get(object.id) ?? {};
    if (answer) {
      const key = answerKey(photo, object);
      restoreAnswer(key, answer);
      // It is drawn anew: another one may have been seen here.
      session.answers.value = without(session.answers.value, key);
    }
    if (work) {
      const key = workKey(photo, object);
      restoreWork(key, work);
      session.composed.value = without(session.composed.value, key);
    }
  }
}

function without<K, T>(map: ReadonlyMap<K, T>, key: K): ReadonlyMap<K, T> {
  if (!map.has(key)) return map;
  const left = new Map(map);
  left.delete(key);
  return left;
}

/** Names a mask after the hand's work: the answer under it, and the work. */
export function workKey(photo: PhotoDoc, object: ObjectDoc): string {
  const key = hasPrompts(object) ? answerKey(photo, object) : undefined;
  const from =
    key === undefined ? (object.fixed?.id ?? "none") : [key, seenAnswer(key)?.by ?? "", object.choice];
  return workKeyOf(photo.id, from, object.strokes, object.cleanUp);
}

function workKeyOf(photoId: string, from: unknown, strokes: readonly Stroke[], cleanUp: CleanUp): string {
  return JSON.stringify([photoId, from, strokes.map(({ id }) => id), cleanUp]);
}

/** An answer has come: it is the truth from now on, and can be drawn. */
export function putAnswer(key: number, answer: DecodeAnswer): void {
  noteAnswer(key, answer, presentKeys);
  drawAnswer(key, answer);
}

/** A hand's work has come. */
export function putWork(key: string, view: MaskView): void {
  noteWork(key, view.rle, presentKeys);
  drawWork(key, view);
}

/** Keeps an answer that was seen before ready to be drawn. */
export function drawAnswer(key: number, answer: DecodeAnswer): void {
  session.answers.value = withEntries(session.answers.value, [[key, answer]]);
}

export function drawWork(key: string, view: MaskView): void {
  session.composed.value = withEntries(session.composed.value, [[key, view]]);
}

/** Names of all masks of the document as it is. */
function presentKeys(): ReadonlySet<unknown> {
  const photos = session.doc.value.photos.filter(({ video }) => !video);
  return new Set(
    photos.flatMap((photo) =>
      photo.objects.flatMap((object) => [answerKey(photo, object), workKey(photo, object)]),
    ),
  );
}

/** The photo as the engine takes it; undefined while its pixels are not there. */
export function photoInput(photo: PhotoDoc): PhotoInput | undefined {
  const blob = session.pixels.value.get(photo.id)?.blob;
  return blob ? inputOf(photo, photo.id, blob) : undefined;
}

/** @param id  the photo's, or that of a frame */
export function inputOf({ name, width, height }: PhotoDoc, id: string, blob: Blob): PhotoInput {
  return { id, name, blob, width, height };
}

/** What is on screen as the engine takes it: the photo, or the frame once it was prepared. */
export function shownInput(photo: PhotoDoc): PhotoInput | undefined {
  if (!photo.video) return photoInput(photo);
  const still = session.still.value;
  const id = inputId(photo);
  return still?.id === id ? inputOf(photo, id, still.blob) : undefined;
}

export function decodeRequest(photo: PhotoInput, prompts: AskedPrompts): DecodeRequest {
  const { points, box, base, hint } = prompts;
  return {
    key: engineKey(photo.id, photo.id, prompts),
    photo,
    points,
    box,
    base: base && { key: engineNumbers.ofRefined(answererOn(photo.id), base), choice: base.choice },
    isMultimask: isMultimask(prompts),
    ...(hint && !base && { hint: hint.rle }),
    isDraft: isDraft(photo.id),
  };
}

function withEntries<K, T>(map: ReadonlyMap<K, T>, entries: readonly (readonly [K, T])[]): ReadonlyMap<K, T> {
  // What is on screen must all be there, or it would be made again and again.
  const shown = session.photo.value?.objects.length ?? 0;
  const all = new Map(map);
  for (const [key, value] of entries) {
    all.delete(key);
    all.set(key, value);
  }
  const tooMany = all.size - (MAX_DRAWN + shown + entries.length);
  if (tooMany > 0) for (const old of [...all.keys()].slice(0, tooMany)) all.delete(old);
  return all;
}
