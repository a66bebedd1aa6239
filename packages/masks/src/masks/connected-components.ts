import { describeValue, ShapeError } from "@sam2js/core";
import { labelRuns } from "./label-runs.js";
import { rowRuns } from "./runs.js";

/** Where the components of a bitmap are. */
export interface Components {
  /** int32 [height, width], row by row: 0 outside, 1 to `count` inside. */
  readonly labels: Int32Array;
  /** Pixels of each component by its label; entry 0 counts the pixels outside. */
  readonly areas: Uint32Array;
  /** How many there are; `areas` has one entry more. */
  readonly count: number;
}

/**
 * Labels the 8-connected components of a bitmap: pixels that touch along an edge or at a corner belong together.
 * Labels follow the order in which a reader, row by row, first meets each component.
 *
 * @param bits  [height, width] values, row by row; anything but 0 is inside
 * @throws {ShapeError} `bits` has not width x height values
 */
export function connectedComponents(bits: ArrayLike<number>, width: number, height: number): Components {
  checkBitmap(bits, width, height);
  const runs = rowRuns(bits, width, height);
  const { labels: runLabels, areas, count } = labelRuns(runs, 8);
  const labels = new Int32Array(width * height);
  let inside = 0;
  for (let y = 0; y < height; y++) {
    for (let run = runs.offsets[y]!; run < runs.offsets[y + 1]!; run++) {
      labels.fill(runLabels[run]!, y * width + runs.starts[run]!, y * width + runs.ends[run]!);
      inside += runs.ends[run]! - runs.starts[run]!;
    }
  }
  areas[0] = width * height - inside;
  return { labels, areas, count };
}

/** @throws {ShapeError} `values` has not width x height entries, or the sizes are not whole numbers */
export function checkBitmap(values: ArrayLike<number>, width: number, height: number, name = "bits"): void {
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 0 || height < 0) {
    throw ShapeError.expected(
      name,
      "a width and height of whole pixels",
      `${width} x ${height} (width x height)`,
    );
  }
  if (values?.length !== width * height) {
    throw ShapeError.expected(
      name,
      `${width * height} values for ${width} x ${height} (width x height)`,
      values?.length ?? describeValue(values),
      "give one mask, without leading axes",
    );
  }
}
