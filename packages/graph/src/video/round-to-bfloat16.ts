import type { Value } from "../builder/graph-builder.js";
import { scale, sub } from "../ops/elementwise.js";

/**
 * Rounds float32 to the 8 significant bits of bfloat16, to nearest. Not every engine has that type.
 *
 *   c = (2¹⁶ + 1)·x,  y = c − (c − x)
 *
 * @see T. J. Dekker, A floating-point technique for extending the available precision (1971)
 */
export function roundToBfloat16(x: Value): Value {
  const c = scale(x, 2 ** 16 + 1);
  return sub(c, sub(c, x));
}
