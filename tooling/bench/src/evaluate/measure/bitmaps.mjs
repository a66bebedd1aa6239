/** Pixels in both, and in either. @param {ArrayLike<number>} a  @param {ArrayLike<number>} b  anything but 0 is inside */
export function overlap(a, b) {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] && b[i]) both++;
    if (a[i] || b[i]) either++;
  }
  return { both, either };
}

/** Intersection over union; 0 where both are empty, as in the Python evaluation. */
export function iou(a, b) {
  const { both, either } = overlap(a, b);
  return both / Math.max(either, 1);
}

/** Makes a square bitmap smaller: a cell is inside if more than half of its pixels are. */
export function shrink(bitmap, side, smaller) {
  const step = side / smaller;
  return Uint8Array.from({ length: smaller * smaller }, (_, cell) => {
    const [x, y] = [(cell % smaller) * step, Math.floor(cell / smaller) * step];
    let inside = 0;
    for (let i = 0; i < step * step; i++)
      inside += bitmap[(y + Math.floor(i / step)) * side + x + (i % step)];
    return inside * 2 > step * step ? 1 : 0;
  });
}

/**
 * Where to click to correct a mask: the pixel of a mistake with most mistaken ones around it (5 x 5), the first of equal ones;
 * of a faultless mask the same within it.
 *
 * @returns x and y as shares of the side, and the label: 1 where the object is
 */
export function deepestMistake(predicted, actual, side) {
  const wrong = actual.map((inside, i) => ((predicted[i] ? 1 : 0) !== inside ? 1 : 0));
  const where = wrong.includes(1) ? wrong : actual;
  let best = 0;
  let most = -1;
  for (let i = 0; i < where.length; i++) {
    const depth = where[i] ? neighbours(where, side, i % side, Math.floor(i / side)) : 0;
    if (depth > most) [best, most] = [i, depth];
  }
  return {
    x: ((best % side) + 0.5) / side,
    y: (Math.floor(best / side) + 0.5) / side,
    label: actual[best],
  };
}

function neighbours(bitmap, side, x, y) {
  let sum = 0;
  for (let j = Math.max(0, y - 2); j <= Math.min(side - 1, y + 2); j++) {
    for (let i = Math.max(0, x - 2); i <= Math.min(side - 1, x + 2); i++) sum += bitmap[j * side + i];
  }
  return sum;
}
