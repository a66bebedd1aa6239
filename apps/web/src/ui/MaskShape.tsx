import type { JSX } from "preact";
import { objectColor } from "../domain/colors.js";
import type { MaskView } from "../protocol/engine.js";

/** A mask as a small shape. `number` gives the object's colour, 0 a neutral one; `frame` is the part of the photo that is seen. */
export function MaskShape(props: {
  view: MaskView;
  frame: readonly [number, number, number, number];
  number: number;
}): JSX.Element {
  const [x0, y0, x1, y1] = props.frame;
  const margin = 0.06 * Math.max(x1 - x0, y1 - y0, 1);
  return (
    <svg
      class="mask-shape"
      viewBox={`${x0 - margin} ${y0 - margin} ${x1 - x0 + 1 + 2 * margin} ${y1 - y0 + 1 + 2 * margin}`}
      aria-hidden="true"
    >
      <path
        d={props.view.path}
        fill-rule="evenodd"
        fill={props.number > 0 ? objectColor(props.number) : "currentColor"}
      />
    </svg>
  );
}
