import { expect, it } from "vitest";
import { createObject, type ObjectDoc, type PhotoDoc } from "../domain/document.js";
import { reserveIds } from "./document.js";
import { answerKey, workKey } from "./masks.js";
import { withOwnIds } from "./own-ids.js";

/** Of a project and a copy of it: two have gone on with it, under the same numbers. */
function photoWith(path: readonly number[], column: number): PhotoDoc {
  const fixed = { id: "mask-3", rle: { size: [4, 4], counts: [4 * column, 4, 12 - 4 * column] } } as const;
  const stroke = { id: "stroke-2", isErase: false, radius: 1, path };
  const point = { id: "point-4", x: 1, y: 1, isInclude: true };
  const object: ObjectDoc = { ...createObject("object-1", 1), fixed, strokes: [stroke], points: [point] };
  return { id: "photo", name: "a.jpg", width: 4, height: 4, objects: [object] };
}

it("masks and strokes of a copy of the project are not taken for those of the project", () => {
  reserveIds(4);
  const ours = photoWith([0, 0], 0);
  const [theirs] = withOwnIds([photoWith([3, 3], 1)]);
  const [one, other] = [ours.objects[0], theirs?.objects[0]];
  if (!theirs || !one || !other) throw new RangeError("two photos with an object each");
  expect(answerKey(ours, one)).not.toBe(answerKey(theirs, other));
  expect(workKey(ours, { ...one, points: [] })).not.toBe(workKey(theirs, { ...other, points: [] }));
  expect(other).toMatchObject({ id: "object-1", strokes: [{ path: [3, 3] }] });
});
