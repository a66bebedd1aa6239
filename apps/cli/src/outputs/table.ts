import { printableName } from "../io/printable.js";

/** Columns of text: the first to the left, `right` ones to the right. Two blanks between. */
export function table(cells: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const rows = cells.map((row) => row.map(printableName));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, [...cell].length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blanks = " ".repeat((widths[column] ?? 0) - [...cell].length);
        return right.includes(column) ? blanks + cell : cell + blanks;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** `31.2 %`, with more digits for small shares. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value.toFixed(value !== 0 && value < 1 ? 2 : 1)} %`;
}
