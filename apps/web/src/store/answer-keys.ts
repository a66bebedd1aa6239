import type { ObjectDoc, RefinedAnswer } from "./document.js";

/** What the model is asked with. */
export type AskedPrompts = Pick<ObjectDoc, "points" | "box" | "base" | "wantsAlternatives">;

/** Prompts whose numbers are remembered: those used last. A forgotten one gets a new number, and its answer is asked for again. */
const MAX_NUMBERS = 4096;

const numbers = new Map<string, number>();
const refined = new WeakMap<RefinedAnswer, Map<string, number>>();
let next = 1;

/**
 * The number by which page and engine know an answer: equal prompts on one input by one answerer have one number. An answer that is refined
 * enters by its own number, so that no key grows with the corrections before it.
 *
 * @param input     the photo, or the frame of a video
 * @param answerer  the model, or its draft
 */
export function answerNumber(input: string, answerer: string, prompts: AskedPrompts): number {
  const { points, box, base, wantsAlternatives } = prompts;
  const text = JSON.stringify([
    input,
    answerer,
    points.map(({ x, y, isInclude }) => [x, y, isInclude]),
    box,
    base && [refinedNumber(answerer, base), base.choice],
    wantsAlternatives,
  ]);
  const number = numbers.get(text) ?? next++;
  // The newest come last.
  numbers.delete(text);
  numbers.set(text, number);
  for (const oldest of numbers.keys()) {
    if (numbers.size <= MAX_NUMBERS) break;
    numbers.delete(oldest);
  }
  return number;
}

/** The number of an answer that is refined. It is never forgotten while prompts refer to it. */
export function refinedNumber(answerer: string, base: RefinedAnswer): number {
  const known = refined.get(base) ?? new Map<string, number>();
  refined.set(base, known);
  const number = known.get(answerer) ?? answerNumber(base.input, answerer, base);
  known.set(answerer, number);
  return number;
}
