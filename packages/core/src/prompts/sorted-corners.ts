/** x0, y0, x1, y1 in pixels, x to the right, y down. */
type Corners = readonly [x0: number, y0: number, x1: number, y1: number];

/** Two opposite corners in any order as the upper left and the lower right one: the model finds nothing between corners that are swapped. */
export function sortedCorners([x0, y0, x1, y1]: Corners): Corners {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}
