import { describe, expect, it } from "vitest";
import { cellOf, wholeGrid } from "./cell-grid.js";

describe("the grid of nine cells", () => {
  it("is read like a page: 1 upper left, 3 upper right, 9 lower right", () => {
    const grid = wholeGrid({ width: 900, height: 600 });
    expect(cellOf(grid, 1)).toEqual({ x: 0, y: 0, width: 300, height: 200, depth: 1 });
    expect(cellOf(grid, 3)).toMatchObject({ x: 600, y: 0 });
    expect(cellOf(grid, 9)).toMatchObject({ x: 600, y: 400 });
  });

  it("comes within 4 % of any place in three steps", () => {
    const place = { x: 777, y: 123 };
    let cell = wholeGrid({ width: 1000, height: 1000 });
    for (let step = 0; step < 3; step++) {
      const column = Math.floor((3 * (place.x - cell.x)) / cell.width);
      const row = Math.floor((3 * (place.y - cell.y)) / cell.height);
      cell = cellOf(cell, 3 * row + column + 1);
    }
    expect(Math.abs(cell.x + cell.width / 2 - place.x)).toBeLessThan(40);
    expect(Math.abs(cell.y + cell.height / 2 - place.y)).toBeLessThan(40);
  });
});
