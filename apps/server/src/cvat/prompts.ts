import { InputError } from "@sam2js/core";
import type { ObjectPrompt } from "@sam2js/pipeline";
import { type Static, Type } from "typebox";

const Coordinate = Type.Number({ minimum: -1e6, maximum: 1e6 });
const Points = Type.Array(Type.Tuple([Coordinate, Coordinate], { description: "(x, y) in pixels, y down" }));

/** What CVAT's interactor tools point with; lists that were not used are empty, null or missing. */
export const cvatPrompts = {
  pos_points: Type.Optional(Type.Union([Points, Type.Null()], { description: "points inside the object" })),
  neg_points: Type.Optional(Type.Union([Points, Type.Null()], { description: "points outside it" })),
  obj_bbox: Type.Optional(
    Type.Union([Points, Type.Null()], { description: "two corners of a box around it, or none" }),
  ),
};

const Prompts = Type.Object(cvatPrompts);

/** {@link cvatPrompts} as they arrive. */
export type CvatPrompts = Static<typeof Prompts>;

/**
 * One object as the model takes it.
 *
 * @throws {InputError} nothing points at it, too many points, or a box without two corners
 */
export function toObjectPrompt(prompts: CvatPrompts, maxPoints: number): ObjectPrompt {
  const inside = prompts.pos_points ?? [];
  const points = [...inside, ...(prompts.neg_points ?? [])];
  const corners = prompts.obj_bbox ?? [];
  if (points.length > maxPoints)
    throw InputError.expected("points", `at most ${maxPoints}`, points.length, "use fewer");
  if (corners.length !== 0 && corners.length !== 2)
    throw InputError.expected("obj_bbox", "two corners, or none", corners.length);
  if (inside.length === 0 && corners.length === 0)
    throw InputError.expected("pos_points", "a point inside the object, or a box", "neither");
  return {
    points,
    labels: points.map((_, index) => (index < inside.length ? 1 : 0)),
    box: corners.length === 2 ? boxAround(corners) : undefined,
  };
}

/** x0, y0, x1, y1 in pixels of the smallest box around points (x, y). */
function boxAround(points: readonly (readonly [number, number])[]): [number, number, number, number] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
