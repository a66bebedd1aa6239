import { describe, expect, it } from "vitest";
import { groupPrompts } from "./group-prompts.js";

describe("groupPrompts", () => {
  it("gathers points of one name in one object and keeps the order of the command line", () => {
    const objects = groupPrompts([
      { kind: "box", text: "truck:1,2,3,4" },
      { kind: "point", text: "wheel:5,6" },
      { kind: "point", text: "truck:7,8,0" },
    ]);
    expect(objects).toEqual([
      { id: "truck", box: [1, 2, 3, 4], points: [[7, 8]], labels: [0] },
      { id: "wheel", points: [[5, 6]], labels: [1] },
    ]);
  });

  it("makes one object of points without a name, and one of each such box", () => {
    const objects = groupPrompts([
      { kind: "point", text: "1,2" },
      { kind: "point", text: "3,4,0" },
      { kind: "box", text: "0,0,9,9" },
      { kind: "box", text: "1,1,8,8" },
      { kind: "mask", text: "m.png" },
    ]);
    expect(objects.map(({ id, points, box, mask }) => [id, points.length, box?.[0], mask])).toEqual([
      ["1", 2, 0, "m.png"],
      ["2", 0, 1, undefined],
    ]);
  });

  it("refuses a second box or mask for one object", () => {
    const boxes = [
      { kind: "box", text: "cup:1,2,3,4" },
      { kind: "box", text: "cup:1,2,3,5" },
    ] as const;
    expect(() => groupPrompts(boxes)).toThrow(/--box: object "cup" has two/);
    expect(() =>
      groupPrompts([
        { kind: "mask", text: "cup=a.png" },
        { kind: "mask", text: "cup=b.png" },
      ]),
    ).toThrow(/--mask: object "cup" has two/);
  });
});
