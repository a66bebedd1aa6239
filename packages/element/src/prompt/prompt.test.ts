import { InputError } from "@sam2js/core";
import { expect, test } from "vitest";
import { checkPrompt, isEmpty, NO_PROMPT, withBox, withPoint } from "./prompt.js";
import { PromptHistory } from "./prompt-history.js";

test("points and boxes are added; a box drawn upwards is turned", () => {
  const inside = withPoint(NO_PROMPT, [10, 20], true);
  const both = withPoint(inside, [30, 40], false);
  expect(both).toEqual({
    points: [
      [10, 20],
      [30, 40],
    ],
    labels: [1, 0],
  });
  expect(withBox(both, [9, 8, 1, 2]).box).toEqual([1, 2, 9, 8]);
  expect([isEmpty(NO_PROMPT), isEmpty(inside), isEmpty(withBox(NO_PROMPT, [0, 0, 1, 1]))]).toEqual([
    true,
    false,
    false,
  ]);
});

test("points without labels are inside", () => {
  expect(checkPrompt({ points: [[1, 2]] })).toEqual({ points: [[1, 2]], labels: [1] });
});

test.each([
  ["a point of three numbers", { points: [[1, 2, 3]] }],
  ["a point that is no number", { points: [[1, Number.NaN]] }],
  ["a label for no point", { points: [], labels: [1] }],
  ["a label of 2", { points: [[1, 2]], labels: [2] }],
  ["half a box", { box: [1, 2] }],
])("%s is an InputError", (_, prompt) => {
  expect(() => checkPrompt(prompt as never)).toThrow(InputError);
});

test("a history goes back step by step, to the beginning and not further", () => {
  const history = new PromptHistory();
  history.push(withPoint(history.current, [1, 1], true));
  history.push(NO_PROMPT);
  expect(history.undo()).toBe(true);
  expect(history.current.points).toEqual([[1, 1]]);
  expect([history.undo(), history.undo()]).toEqual([true, false]);
  expect(history.current).toBe(NO_PROMPT);
});
