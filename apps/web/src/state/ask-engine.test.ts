import { expect, it } from "vitest";
import { AnswerNumbers } from "../domain/answer-keys.js";
import type { PointPrompt, RefinedAnswer } from "../domain/document.js";
import type { DecodeAnswer, DecodeRequest } from "../protocol/engine.js";
import { askEngine } from "./ask-engine.js";

/** Masks that an answer rests on that was asked for with one that was seen. */
const HINTED = 1000;

/** Keeps the newest answers, as the engine does, and notes how many masks each answer rests on. */
class ForgetfulEngine {
  readonly kept = new Map<number, number>();
  asked = 0;
  constructor(readonly most: number) {}

  async decode({ key, base, hint }: DecodeRequest): Promise<DecodeAnswer | null> {
    this.asked += 1;
    const below = base ? this.kept.get(base.key) : hint ? HINTED : 0;
    if (below === undefined) return null;
    this.kept.set(key, below + 1);
    const tooMany = Math.max(0, this.kept.size - this.most);
    for (const old of [...this.kept.keys()].slice(0, tooMany)) this.kept.delete(old);
    return { candidates: [], best: 0, by: "nano", elapsedMs: below + 1 };
  }
}

const photo = { id: "photo", name: "photo", blob: new Blob([]), width: 10, height: 10 };
const numbers = new AnswerNumbers(4096);
const point = (x: number): PointPrompt => ({ id: `${x}`, x, y: 0, isInclude: true });
const toRequest = (base: RefinedAnswer): DecodeRequest => ({
  key: numbers.ofRefined("nano", base),
  photo,
  points: base.points,
  box: null,
  base: base.base && { key: numbers.ofRefined("nano", base.base), choice: base.base.choice },
  isMultimask: false,
});

/** Nothing was seen, as after another model has come. */
const unseen = { toRequest, seen: () => undefined };

/** An object after so many corrections. */
function corrected(times: number): RefinedAnswer {
  let state: RefinedAnswer = {
    input: "photo",
    points: [point(0)],
    box: null,
    base: null,
    wantsAlternatives: false,
    choice: 0,
  };
  for (let x = 1; x <= times; x++) state = { ...state, points: [...state.points, point(x)], base: state };
  return state;
}

it("a correction is asked for once as long as the engine keeps what it refines", async () => {
  const engine = new ForgetfulEngine(48);
  for (let times = 0; times <= 40; times++) {
    const state = corrected(times);
    const answer = await askEngine(engine, toRequest(state), state.base, unseen);
    expect(answer.elapsedMs).toBe(times + 1);
  }
  expect(engine.asked).toBe(41);
});

it("answers that the engine lost are made again from the first on, so that no correction loses its mask prompt", async () => {
  const engine = new ForgetfulEngine(2);
  const state = corrected(40);
  const answer = await askEngine(engine, toRequest(state), state.base, unseen);
  expect(answer.elapsedMs).toBe(41);
  expect(engine.kept.has(numbers.of("photo", "nano", state))).toBe(true);
});

it("many corrections of another day cost one answer: the mask that was seen is refined", async () => {
  const engine = new ForgetfulEngine(48);
  const source = { toRequest, seen: () => ({ size: [10, 10], counts: [100] }) as const };
  const state = corrected(40);
  const answer = await askEngine(engine, toRequest(state), state.base, source);
  expect([answer.elapsedMs, engine.asked]).toEqual([HINTED + 1, 2]);
  const few = corrected(3);
  await askEngine(engine, toRequest(few), few.base, source);
  expect(engine.kept.get(numbers.of("photo", "nano", few))).toBe(4);
});

it("another model that comes while an answer is made again is asked for what it refines", async () => {
  let model = "nano";
  const changing = {
    ...unseen,
    toRequest: (base: RefinedAnswer) => ({ ...toRequest(base), key: numbers.ofRefined(model, base) }),
  };
  const engine = new ForgetfulEngine(48);
  const state = corrected(1);
  const request = toRequest(state);
  model = "tiny";
  const answer = await askEngine(engine, request, state.base, changing);
  expect(answer.elapsedMs).toBe(2);
});

it("where others push out the answer again and again, the mask that was seen is refined", async () => {
  const engine = new ForgetfulEngine(0);
  const state = corrected(1);
  const seen = () => ({ size: [10, 10], counts: [100] }) as const;
  const answer = await askEngine(engine, toRequest(state), state.base, { toRequest, seen });
  expect(answer.elapsedMs).toBe(HINTED + 1);
});
