import { describe, expect, it } from "vitest";
import { videoPrompts } from "./video-prompts.js";

const promptsOf = (...objects: object[]) => videoPrompts({ image: "a.mp4", name: "a.mp4", objects });

describe("videoPrompts", () => {
  it("sorts by frame, and takes corrections of an object on other frames", () => {
    const found = promptsOf({ frame: 7, points: [[1, 2]] }, { box: [9, 9, 5, 5] });
    expect(found.map(({ frame, object }) => [frame, object])).toEqual([
      [0, "1"],
      [7, "1"],
    ]);
    expect(found[0]?.box).toEqual([5, 5, 9, 9]);
  });

  it("refuses a second prompt for an object on one frame, which would replace the first", () => {
    const box = [1, 1, 5, 5];
    expect(() => promptsOf({ box }, { box })).toThrow(/objects\[1\]: expected one for each object and frame/);
    expect(promptsOf({ id: "a", box }, { id: "b", box })).toHaveLength(2);
  });

  it.each([[{ frame: -1 }], [{ frame: 1.5 }], [{ points: [[1, 2]], fram: 3 }], [{}]])(
    "refuses %j",
    (object) => {
      expect(() => promptsOf(object)).toThrow(/^a.mp4: objects\[0\]/);
    },
  );
});
