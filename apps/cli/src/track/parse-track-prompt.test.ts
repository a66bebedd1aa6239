import { expect, it } from "vitest";
import { groupTrackPrompts } from "./parse-track-prompt.js";

it("gathers prompts by frame and object", () => {
  const prompts = groupTrackPrompts([
    { kind: "point", text: "30:cup:5,6,0" },
    { kind: "point", text: "210,350" },
    { kind: "point", text: "cup:1,2" },
    { kind: "box", text: "0:cup:9,9,3,4" },
    { kind: "mask", text: "7:a dog=C:/masks/dog.png" },
  ]);
  expect(prompts).toEqual([
    { frame: 0, object: "1", points: [[210, 350]], labels: [1] },
    { frame: 0, object: "cup", points: [[1, 2]], labels: [1], box: [3, 4, 9, 9] },
    { frame: 7, object: "a dog", points: [], labels: [], mask: "C:/masks/dog.png" },
    { frame: 30, object: "cup", points: [[5, 6]], labels: [0] },
  ]);
});

it("takes a number before a single colon for an object, as sam2 segment does", () => {
  expect(groupTrackPrompts([{ kind: "point", text: "7:1,2" }])).toMatchObject([{ frame: 0, object: "7" }]);
});

it("takes the first frame of the part where a prompt names none", () => {
  const given = [
    { kind: "point", text: "1,2" },
    { kind: "point", text: "0:cup:1,2" },
  ] as const;
  expect(groupTrackPrompts(given, 240).map(({ frame, object }) => [frame, object])).toEqual([
    [0, "cup"],
    [240, "1"],
  ]);
});

it.each([
  ["point", "1,2,7"],
  ["point", "x:cup:1"],
  ["box", "0:cup:1,2,3"],
  ["mask", "0:cup="],
  ["point", "-1:cup:1,2"],
  ["point", "1:2:3:1,2"],
  ["box", "first:cup:1,2,3,4"],
] as const)("refuses %s %s", (kind, text) => {
  expect(() => groupTrackPrompts([{ kind, text }])).toThrow(`--${kind}: expected`);
});

it("refuses two boxes of one object on a frame, and a mask beside points", () => {
  const box = { kind: "box", text: "1,2,3,4" } as const;
  expect(() => groupTrackPrompts([box, box])).toThrow(/has two on frame 0/);
  const mask = { kind: "mask", text: "mask.png" } as const;
  expect(() => groupTrackPrompts([mask, { kind: "point", text: "1,2" }])).toThrow(/give it alone/);
});
