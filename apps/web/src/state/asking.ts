import { effect, untracked } from "@preact/signals";
import { InputError } from "@sam2js/core";
import {
  hasPrompts,
  type ObjectDoc,
  type PhotoDoc,
  type RefinedAnswer,
  type SeenRle,
} from "../domain/document.js";
import type { DecodeAnswer, DecodeRequest, MaskView } from "../protocol/engine.js";
import { numberText, percent } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { askEngine } from "./ask-engine.js";
import {
  answerKey,
  askedOf,
  chosenIndex,
  decodeRequest,
  drawAnswer,
  drawWork,
  isOutgrown,
  maskOf,
  needsWork,
  photoInput,
  putAnswer,
  putWork,
  seenRefined,
  shownInput,
  workKey,
} from "./masks.js";
import { missingIds } from "./missing.js";
import { report } from "./problems.js";
import { leaveRemote } from "./remote.js";
import { type SeenAnswer, seenAnswer, seenWork } from "./seen-masks.js";
import * as session from "./session.js";
import { noteTiming } from "./timings.js";

/** What is asked for now; another set once the project is left, whose late answers are nobody's. */
let underWay = new Set<number | string>();

/** Drops whatever is still on its way, as the project is left. */
export function forgetAsked(): void {
  underWay = new Set();
}

/**
 * Asks the model on a photo, and first for the answer that is refined where the model has it no longer.
 *
 * @param object  what the request is about
 */
export function ask(
  request: DecodeRequest,
  { base, asked }: Pick<ObjectDoc, "base" | "asked">,
  options?: { readonly signal?: AbortSignal | undefined },
): Promise<DecodeAnswer> {
  const { photo } = request;
  const source = {
    toRequest: (lost: RefinedAnswer) => (lost.input === photo.id ? decodeRequest(photo, lost) : undefined),
    seen: (lost: RefinedAnswer) => seenRefined(lost, asked),
  };
  return askEngine(session.engine(), request, base, source, options);
}

/**
 * Has every mask on screen there: those that were seen are drawn as they were, without the model; the model is asked for what nobody has made
 * yet, and for what only a draft has answered. Ends with the returned call.
 */
export function keepMasksUpToDate(): () => void {
  return effect(() => {
    const photo = session.photo.value;
    const model = session.model.value;
    const answers = session.answers.value;
    const composed = session.composed.value;
    // A picture that is given again can be asked about.
    void missingIds.value;
    if (!photo || photo.video) return;
    for (const object of photo.objects) {
      if (hasPrompts(object)) {
        const key = answerKey(photo, object);
        const seen = seenAnswer(key);
        if (seen && !answers.has(key)) untracked(() => redraw(key, seen));
        if (model && (!seen || isOutgrown(photo.id, seen.by)))
          untracked(() => requestAnswer(photo, object, key));
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
  if (!input) return;
  once(key, async (isWanted) => {
    try {
      const answer = await ask(decodeRequest(input, askedOf(photo, object)), object);
      noteTiming({ clickMs: answer.elapsedMs });
      if (isWanted()) take(photo, object, key, answer);
    } catch (error) {
      if (!isWanted() || leaveRemote(error, photo.name)) return;
      report(error, words().wrong.mask, {
        label: words().remedy.again,
        run: session.dismissing(() => askForMissing()),
      });
    }
  });
}

/** Takes the answer to a preview as the answer to an object's prompts; if it fails, the model is asked as for any other. */
export function adoptAnswer(photo: PhotoDoc, object: ObjectDoc, asked: Promise<DecodeAnswer>): void {
  const key = answerKey(photo, object);
  const input = shownInput(photo);
  let hasFailed = false;
  once(
    key,
    async (isWanted) => {
      try {
        const answer = await asked;
        if (input) void session.engine().adopt(decodeRequest(input, askedOf(photo, object)).key);
        if (isWanted()) take(photo, object, key, answer);
      } catch {
        hasFailed = true;
      }
    },
    () => hasFailed && askForMissing(),
  );
}

/**
 * The mask of a photo's object, made first where nobody has asked for it; undefined where that takes a picture that is missing.
 *
 * @throws {InputError} no model is there yet
 */
export async function madeMask(
  photo: PhotoDoc,
  object: ObjectDoc,
  signal?: AbortSignal,
): Promise<{ readonly rle: SeenRle; readonly score: number | undefined } | undefined> {
  const input = photoInput(photo);
  if (photo.video) return undefined;
  const own = underWay;
  const throwIfLeft = () => {
    if (own !== underWay) throw new DOMException("the project was left", "AbortError");
  };
  if (hasPrompts(object)) {
    const key = answerKey(photo, object);
    const seen = seenAnswer(key);
    if (!seen && !input) return undefined;
    if (input && (!seen || isOutgrown(photo.id, seen.by))) {
      if (!session.model.value)
        throw InputError.expected(
          object.name,
          "a model to make its mask",
          "none yet",
          "wait until it is ready",
        );
      const answer = await ask(decodeRequest(input, askedOf(photo, object)), object, { signal });
      throwIfLeft();
      settle(photo, key, answer);
    }
  }
  // Meanwhile a draft's answer may be replaced, and the hand's work is another one then.
  while (needsWork(object) && !seenWork(workKey(photo, object))) {
    const key = workKey(photo, object);
    const view = await compose(photo, object);
    throwIfLeft();
    putWork(key, view);
  }
  signal?.throwIfAborted();
  const answered = answeredMask(photo, object);
  const rle = needsWork(object) ? seenWork(workKey(photo, object)) : answered?.rle;
  return rle && { rle, score: answered?.score ?? object.fixed?.score };
}

/** The mask that is used of an object's answer. */
function answeredMask(photo: PhotoDoc, object: ObjectDoc): SeenAnswer["candidates"][number] | undefined {
  const seen = hasPrompts(object) ? seenAnswer(answerKey(photo, object)) : undefined;
  return seen?.candidates[chosenIndex(object, seen)];
}

/** Draws an answer again as it was seen. */
function redraw(key: number, seen: SeenAnswer): void {
  const { by, best, candidates } = seen;
  // Another one may come meanwhile, as the answer to the whole photo after its draft's.
  const isTrue = () => seenAnswer(key) === seen;
  const draw = async () => {
    try {
      const views = await session.engine().draw(candidates.map(({ rle }) => rle));
      if (!isTrue()) return;
      const drawn = views.map((view, i) => ({ view, score: candidates[i]?.score ?? 0 }));
      drawAnswer(key, { by, best, candidates: drawn, elapsedMs: 0 });
    } catch (error) {
      report(error, words().wrong.redraw);
    }
  };
  once(`draw ${key}`, draw, () => isTrue() || askForMissing());
}

function requestWork(photo: PhotoDoc, object: ObjectDoc, key: string): void {
  if (hasPrompts(object) && !seenAnswer(answerKey(photo, object))) return;
  const seen = seenWork(key);
  const isTrue = () => seenWork(key) === seen;
  const draw = async (isWanted: () => boolean) => {
    try {
      const [view] = seen ? await session.engine().draw([seen]) : [await compose(photo, object)];
      if (!isWanted() || !isTrue() || !view) return;
      if (seen) drawWork(key, view);
      else putWork(key, view);
    } catch (error) {
      if (isWanted()) report(error, words().wrong.touchUp);
    }
  };
  once(key, draw, () => session.composed.value.has(key) || isTrue() || askForMissing());
}

/** Touches up what was answered, or what is fixed. */
function compose(photo: PhotoDoc, object: ObjectDoc): Promise<MaskView> {
  const { strokes, cleanUp } = object;
  const rle = hasPrompts(object) ? answeredMask(photo, object)?.rle : object.fixed?.rle;
  return session.engine().compose({ rle: rle ?? null, size: [photo.height, photo.width], strokes, cleanUp });
}

function take(photo: PhotoDoc, object: ObjectDoc, key: number, answer: DecodeAnswer): void {
  settle(photo, key, answer);
  session.decodeMs.value = answer.elapsedMs;
  announceMask(photo, object);
}

/** The first answer is the truth: one that two have asked for, or another tab has saved meanwhile, changes nothing any more. Only drafts give way. */
function settle(photo: PhotoDoc, key: number, answer: DecodeAnswer): void {
  const seen = photo.video ? undefined : seenAnswer(key);
  if (!seen || isOutgrown(photo.id, seen.by)) putAnswer(key, answer);
}

/** Looks again at what is missing. */
function askForMissing(): void {
  session.answers.value = new Map(session.answers.value);
}

/**
 * Not twice at a time.
 *
 * @param work   is told whether the project is still the one that it was begun for
 * @param after  runs when the next one may begin
 */
function once(
  key: number | string,
  work: (isWanted: () => boolean) => Promise<void>,
  after?: () => void,
): void {
  const own = underWay;
  if (own.has(key)) return;
  own.add(key);
  const isWanted = () => own === underWay;
  void work(isWanted).finally(() => {
    own.delete(key);
    if (isWanted()) after?.();
  });
}

/** "Object 2, mug: 2 % of the photo, lower right, score 0.94". */
function announceMask(photo: PhotoDoc, object: ObjectDoc): void {
  const shown = maskOf(photo, object);
  if (!shown) return;
  const { area, box } = shown.view;
  const third = (sum: number, length: number) => Math.min(2, Math.floor((1.5 * sum) / length));
  const across = (["Left", "Centre", "Right"] as const)[third(box[0] + box[2], photo.width)] ?? "Centre";
  const down = (["upper", "middle", "lower"] as const)[third(box[1] + box[3], photo.height)] ?? "middle";
  const { done } = words();
  const values = {
    name: object.name,
    share: percent(area / (photo.width * photo.height), 1),
    where: done[`${down}${across}`],
  };
  session.announcement.value =
    shown.score === undefined
      ? fill(done.mask, values)
      : fill(done.maskScore, { ...values, score: numberText(shown.score, 2) });
}
