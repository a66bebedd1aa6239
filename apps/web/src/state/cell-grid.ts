import { signal } from "@preact/signals";
import { words } from "../words/words.js";
import { openObject } from "./actions.js";
import type { Size } from "./camera.js";
import { previewAt } from "./hover.js";
import * as session from "./session.js";
import { moveCrosshair } from "./stage-state.js";

/** After so many digits a cell is less than 4 % of the photo wide and high. */
const MAX_DEPTH = 3;

/** The part of the photo over which a grid of 3 × 3 cells lies, in its pixels. */
export interface CellGrid {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Digits that were pressed so far. */
  readonly depth: number;
}

/** The grid that digits walk into; null while it is not shown. */
export const cellGrid = signal<CellGrid | null>(null);

export function wholeGrid({ width, height }: Size): CellGrid {
  return { x: 0, y: 0, width, height, depth: 0 };
}

/** One of the cells, 1 to 9 as they are read. */
export function cellOf({ x, y, width, height, depth }: CellGrid, digit: number): CellGrid {
  const column = (digit - 1) % 3;
  const row = Math.floor((digit - 1) / 3);
  return {
    x: x + (column * width) / 3,
    y: y + (row * height) / 3,
    width: width / 3,
    height: height / 3,
    depth: depth + 1,
  };
}

/** Lays the grid over the photo, or takes it away. */
export function toggleCellGrid(): void {
  const photo = session.photo.value;
  cellGrid.value = cellGrid.value || !photo ? null : wholeGrid(photo);
  if (cellGrid.value) session.announcement.value = words().done.grid;
}

export function endCellGrid(): void {
  cellGrid.value = null;
}

/** Goes into a cell and puts the crosshair into its middle. */
export function enterCell(digit: number): void {
  const grid = cellGrid.value;
  if (!grid) return;
  const cell = cellOf(grid, digit);
  const middle = { x: cell.x + cell.width / 2, y: cell.y + cell.height / 2 };
  moveCrosshair(middle);
  cellGrid.value = cell.depth < MAX_DEPTH ? cell : null;
  if (session.tool.value === "select") {
    previewAt({ ...middle, isInclude: session.isIncluding.value, isNew: !openObject() });
  }
}
