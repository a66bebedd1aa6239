// Sizes, and where arrays lie in the kernel's memory. Arrays have 16 bytes to spare, so that four numbers can be read or written from any index on.

/** Size of the logits. */
export let w: i32;
export let h: i32;

/** float32 [h, w]. */
export let logits: usize;
/** int32: a cell of column i covers the pixels columnCells[i] to columnCells[i + 1]; rows alike. */
export let columnCells: usize;
export let rowCells: usize;
/** int32: four times all bits, four times none. */
export let lanes: usize;
/** int32, one per column of pixels: the column of cells that it lies in. */
export let columnFirst: usize;
/** float32, one per pixel of the axis: how much of a pixel is its left or upper, and its right or lower logit. */
export let left: usize;
export let right: usize;
export let above: usize;
export let below: usize;
/** float32 [h, 5]: see `straighten`. */
export let lines: usize;
/** Tells the kernel where everything is. */
export function place(
  width: i32,
  rows: i32,
  logitsAt: usize,
  columnCellsAt: usize,
  rowCellsAt: usize,
  columnFirstAt: usize,
  lanesAt: usize,
  leftAt: usize,
  rightAt: usize,
  aboveAt: usize,
  belowAt: usize,
  linesAt: usize,
): void {
  w = width;
  h = rows;
  logits = logitsAt;
  columnCells = columnCellsAt;
  rowCells = rowCellsAt;
  columnFirst = columnFirstAt;
  lanes = lanesAt;
  left = leftAt;
  right = rightAt;
  above = aboveAt;
  below = belowAt;
  lines = linesAt;
}

export function floatAt(array: usize, index: i32): f32 {
  return load<f32>(array + ((<usize>index) << 2));
}

export function fourAt(array: usize, index: i32): v128 {
  return v128.load(array + ((<usize>index) << 2));
}

export function intAt(array: usize, index: i32): i32 {
  return load<i32>(array + ((<usize>index) << 2));
}

export function logit(row: i32, column: i32): f32 {
  return floatAt(logits, row * w + column);
}
