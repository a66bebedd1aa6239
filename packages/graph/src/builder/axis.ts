/**
 * The size of one axis: a number, or a symbol known only when the graph runs (`"P"`), or a product (`"8*P"`, `"P*T"`).
 * A symbol that ends in `?` is either 1 or the size of the axis that it meets.
 */
export type Axis = number | string;
export type Dims = readonly Axis[];

/** Product of axes, written the same way whatever their order. */
export function product(dims: Dims): Axis {
  let factor = 1;
  const symbols: string[] = [];
  for (const axis of dims) {
    if (typeof axis === "number") factor *= axis;
    else {
      for (const part of axis.split("*")) {
        const size = Number(part);
        if (Number.isInteger(size)) factor *= size;
        else symbols.push(part);
      }
    }
  }
  if (symbols.length === 0 || factor === 0) return factor;
  symbols.sort();
  return (factor === 1 ? symbols : [factor, ...symbols]).join("*");
}

/** Shape of an elementwise operation on two shapes, or undefined where they do not go together. */
export function broadcast(a: Dims, b: Dims): Dims | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Axis[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left === right || right === 1 || right === `${left}?` || isOptional(right)) result.push(left);
    else if (left === 1 || isOptional(left)) result.push(right);
    else return undefined;
  }
  return result;
}

export function sameDims(a: Dims, b: Dims): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

function isOptional(axis: Axis): boolean {
  return typeof axis === "string" && axis.endsWith("?");
}

/** `[1, 4096, "8*T"]`, for messages. */
export function formatDims(dims: Dims): string {
  return `[${dims.join(", ")}]`;
}
