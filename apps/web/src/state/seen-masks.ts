import { signal } from "@preact/signals";
import { type CompressedRle, compressRle } from "@sam2js/masks";
import type { PhotoDoc, RleMask, SeenRle } from "../domain/document.js";
import { MAX_STEPS } from "../domain/history.js";
import type { DecodeAnswer } from "../protocol/engine.js";

/** Answers of earlier states that are kept for undo, beside those of the document as it is: each step may have one. */
const MAX_EARLIER = MAX_STEPS;

/** What a model answered once, and who it was. It stands until it is asked for again. */
export interface SeenAnswer {
  /** The model, or its draft. */
  readonly by: string;
  /** The candidate with the best score. */
  readonly best: number;
  /** By area, smallest first. */
  readonly candidates: readonly { readonly rle: SeenRle; readonly score: number }[];
}

/** What is saved of one object's mask. */
export interface SavedMask {
  readonly answer?: SeenAnswer | undefined;
  /** After the hand's work. */
  readonly work?: SeenRle | undefined;
}

const answers = new Map<number, SeenAnswer>();
const works = new Map<string, SeenRle>();
const texts = new WeakMap<RleMask["counts"], CompressedRle>();

/** Changes whenever there is another mask to save. */
export const seenVersion = signal(0);

export const seenAnswer = (key: number): SeenAnswer | undefined => answers.get(key);
export const seenWork = (key: string): SeenRle | undefined => works.get(key);

/** @param present  keys of the document as it is, asked for when there are many others */
export function noteAnswer(
  key: number,
  { by, best, candidates }: Pick<DecodeAnswer, "by" | "best" | "candidates">,
  present: () => ReadonlySet<unknown>,
): void {
  const masks = candidates.map(({ view, score }) => ({ rle: view.rle, score }));
  put(answers, key, { by, best, candidates: masks }, present);
}

export function noteWork(key: string, rle: SeenRle, present: () => ReadonlySet<unknown>): void {
  put(works, key, rle, present);
}

/** Brings an answer back as it was saved. */
export function restoreAnswer(key: number, answer: SeenAnswer): void {
  answers.set(key, answer);
}

export function restoreWork(key: string, rle: SeenRle): void {
  works.set(key, rle);
}

/** A mask as JSON has it: COCO's compressed run lengths. */
export function toText(rle: SeenRle): CompressedRle {
  const { size, counts } = rle;
  if (typeof counts === "string") return { size: [size[0], size[1]], counts };
  const known =
    texts.get(counts) ?? compressRle({ size: [size[0], size[1]], counts: Uint32Array.from(counts) });
  texts.set(counts, known);
  return known;
}

/** What a file says of an object's mask, where it is one of this photo. */
export function parseSaved(saved: unknown, { width, height }: PhotoDoc): SavedMask | undefined {
  const isMask = (rle: Partial<SeenRle> | undefined) =>
    rle?.size?.[0] === height &&
    rle.size[1] === width &&
    (typeof rle.counts === "string" || Array.isArray(rle.counts));
  const { answer, work } = (saved ?? {}) as Partial<SavedMask>;
  if (work && !isMask(work)) return undefined;
  if (!answer) return work && { work };
  const isWhole =
    typeof answer.by === "string" &&
    Array.isArray(answer.candidates) &&
    answer.candidates.length > answer.best;
  return isWhole && answer.candidates.every(({ rle }) => isMask(rle)) ? { answer, work } : undefined;
}

/** Forgets all, as another project is opened. */
export function forgetSeen(): void {
  answers.clear();
  works.clear();
}

function put<K, T>(map: Map<K, T>, key: K, value: T, present: () => ReadonlySet<unknown>): void {
  map.delete(key);
  map.set(key, value);
  seenVersion.value += 1;
  // Twice as many, so that the document is looked through seldom.
  if (map.size <= 2 * MAX_EARLIER) return;
  const needed = present();
  const others = [...map.keys()].filter((each) => !needed.has(each));
  for (const old of others.slice(0, -MAX_EARLIER)) map.delete(old);
}
