import type { FixedMask, ObjectDoc, RefinedAnswer } from "./document.js";

/** What the model is asked with. */
export type AskedPrompts = Pick<ObjectDoc, "points" | "box" | "base" | "wantsAlternatives" | "asked"> & {
  /** A mask that no prompt made, for the prompts to go on from. */
  readonly hint?: FixedMask | null | undefined;
};

/**
 * Numbers of answers: equal prompts on one input have one number. An answer that is refined enters by its own number, so that no number costs
 * more than the one before it, however many corrections there were.
 */
export class AnswerNumbers {
  readonly #most: number;
  readonly #numbers = new Map<string, number>();
  readonly #refined = new WeakMap<RefinedAnswer, Map<string, number>>();
  #next = 1;

  /** @param most  prompts whose numbers are remembered: those used last. A forgotten one gets a new number. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param input     the photo, or the frame of a video
   * @param answerer  who answers, where that matters
   */
  of(input: string, answerer: string, prompts: AskedPrompts): number {
    const { points, box, base, wantsAlternatives, asked = 0, hint } = prompts;
    const text = JSON.stringify([
      input,
      answerer,
      points.map(({ x, y, isInclude }) => [x, y, isInclude]),
      box,
      base && [this.ofRefined(answerer, base), base.choice],
      wantsAlternatives,
      asked,
      ...(hint ? [hint.id] : []),
    ]);
    const number = this.#numbers.get(text) ?? this.#next++;
    // The newest come last.
    this.#numbers.delete(text);
    this.#numbers.set(text, number);
    for (const oldest of this.#numbers.keys()) {
      if (this.#numbers.size <= this.#most) break;
      this.#numbers.delete(oldest);
    }
    return number;
  }

  /** The number of an answer that is refined. It is never forgotten while prompts refer to it. */
  ofRefined(answerer: string, base: RefinedAnswer): number {
    const known = this.#refined.get(base) ?? new Map<string, number>();
    this.#refined.set(base, known);
    const number = known.get(answerer) ?? this.of(base.input, answerer, base);
    known.set(answerer, number);
    return number;
  }
}

/** How page and engine name an answer whose logits may be refined: each model, and each draft, has its own. */
export const engineNumbers = new AnswerNumbers(4096);
