/** Columns of text, the first to the left, the others to the right. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell ?? "-")));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ");
  const [first, ...others] = cells;
  return [line(first), widths.map((width) => "-".repeat(width)).join("  "), ...others.map(line)].join("\n");
}

/** Seconds for people. */
export function seconds(value) {
  if (value === undefined) return "-";
  if (value < 1) return `${(1000 * value).toPrecision(3)} ms`;
  return `${value.toPrecision(3)} s`;
}

/** Bytes for people. */
export function bytes(value) {
  if (value === undefined) return "-";
  const mb = value / 1e6;
  if (Math.abs(mb) < 0.95) return `${(value / 1e3).toFixed(0)} kB`;
  return Math.abs(mb) >= 1000 ? `${(mb / 1000).toFixed(2)} GB` : `${mb.toFixed(mb < 10 ? 1 : 0)} MB`;
}

/** "2.1 x", how many times `b` is as large as `a`. */
export function times(a, b) {
  return a === undefined || b === undefined ? "-" : `${(b / a).toFixed(2)} x`;
}

/** "87 %". */
export function percent(share) {
  return share === undefined ? "-" : `${(100 * share).toFixed(0)} %`;
}
