import { expect, it } from "vitest";
import { type AskedPrompts, answerNumber } from "./answer-keys.js";
import type { PointPrompt } from "./document.js";

const point = (x: number): PointPrompt => ({ id: `point-${x}`, x, y: 5, isInclude: true });
const prompts = (...xs: number[]): AskedPrompts => ({
  points: xs.map(point),
  box: null,
  base: null,
  wantsAlternatives: false,
});
const correct = (before: AskedPrompts, x: number): AskedPrompts => ({
  ...before,
  points: [...before.points, point(x)],
  base: { ...before, input: "photo", choice: 0 },
});

it("equal prompts have one number, whatever their points are called", () => {
  const again = { ...prompts(1, 2), points: prompts(1, 2).points.map((each) => ({ ...each, id: "other" })) };
  expect(answerNumber("photo", "nano", again)).toBe(answerNumber("photo", "nano", prompts(1, 2)));
});

it("another input, answerer, point, refined answer or choice has another number", () => {
  const one = prompts(1, 2);
  const base = { ...prompts(1), input: "photo" };
  const all = [
    answerNumber("photo", "nano", one),
    answerNumber("other", "nano", one),
    answerNumber("photo", "tiny", one),
    answerNumber("photo", "nano", prompts(1, 3)),
    answerNumber("photo", "nano", { ...one, wantsAlternatives: true }),
    answerNumber("photo", "nano", { ...one, base: { ...base, choice: 0 } }),
    answerNumber("photo", "nano", { ...one, base: { ...base, choice: 1 } }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it("hundreds of corrections of one object cost as much as the first, and are found again", () => {
  const states = [prompts(0)];
  for (let x = 1; x <= 400; x++) states.push(correct(states.at(-1) as AskedPrompts, x));
  const numbers = states.map((state) => answerNumber("photo", "nano", state));
  expect(new Set(numbers).size).toBe(states.length);
  expect(states.map((state) => answerNumber("photo", "nano", state))).toEqual(numbers);
});

it("numbers of answers that are refined outlive thousands of other prompts", () => {
  const last = correct(correct(prompts(7), 8), 9);
  const number = answerNumber("photo", "nano", last);
  for (let x = 0; x < 6000; x++) {
    answerNumber("hover", "nano", prompts(x));
    if (x % 1000 === 0) answerNumber("photo", "nano", last);
  }
  expect(answerNumber("photo", "nano", last)).toBe(number);
});
