import { expect, it } from "vitest";
import { AnswerNumbers, type AskedPrompts } from "./answer-keys.js";
import type { PointPrompt } from "./document.js";

const numbers = new AnswerNumbers(4096);
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
  expect(numbers.of("photo", "nano", again)).toBe(numbers.of("photo", "nano", prompts(1, 2)));
});

it("another input, answerer, point, refined answer or choice has another number", () => {
  const one = prompts(1, 2);
  const base = { ...prompts(1), input: "photo" };
  const all = [
    numbers.of("photo", "nano", one),
    numbers.of("other", "nano", one),
    numbers.of("photo", "tiny", one),
    numbers.of("photo", "nano", prompts(1, 3)),
    numbers.of("photo", "nano", { ...one, wantsAlternatives: true }),
    numbers.of("photo", "nano", { ...one, base: { ...base, choice: 0 } }),
    numbers.of("photo", "nano", { ...one, base: { ...base, choice: 1 } }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it("hundreds of corrections of one object cost as much as the first, and are found again", () => {
  const states = [prompts(0)];
  for (let x = 1; x <= 400; x++) states.push(correct(states.at(-1) as AskedPrompts, x));
  const given = states.map((state) => numbers.of("photo", "nano", state));
  expect(new Set(given).size).toBe(states.length);
  expect(states.map((state) => numbers.of("photo", "nano", state))).toEqual(given);
});

it("numbers of answers that are refined outlive thousands of other prompts", () => {
  const last = correct(correct(prompts(7), 8), 9);
  const number = numbers.of("photo", "nano", last);
  for (let x = 0; x < 6000; x++) {
    numbers.of("hover", "nano", prompts(x));
    if (x % 1000 === 0) numbers.of("photo", "nano", last);
  }
  expect(numbers.of("photo", "nano", last)).toBe(number);
});
