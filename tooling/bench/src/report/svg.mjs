const FONT = 'font-family="system-ui, sans-serif"';
const INK = "#1f2937";
const OURS = "#2563eb";
const REFERENCE = "#f59e0b";
const GRID = "#e5e7eb";

const escaped = (text) => String(text).replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const text = (x, y, content, { anchor = "start", size = 13, weight = 400, fill = INK } = {}) =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${FONT} font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(content)}</text>`;
const rect = (x, y, width, height, fill) =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, width).toFixed(1)}" height="${height}" rx="2" fill="${fill}"/>`;
const picture = (width, height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">\n<title>${escaped(title)}</title>\n<rect width="${width}" height="${height}" fill="#ffffff"/>\n${parts.join("\n")}\n</svg>\n`;

/**
 * Pairs of bars, each pair on a scale of its own (the longer bar fills the width), since steps differ a thousandfold.
 *
 * @param {{ name: string, ours: number, reference?: number, format: (value: number) => string }[]} rows
 */
export function barChart(title, subtitle, rows) {
  const [left, full, step] = [170, 430, 52];
  const height = 84 + rows.length * step;
  const parts = [text(20, 28, title, { size: 17, weight: 600 }), text(20, 48, subtitle, { size: 12 })];
  parts.push(rect(left, 58, 12, 12, OURS), text(left + 18, 69, "sam2js"));
  parts.push(rect(left + 90, 58, 12, 12, REFERENCE), text(left + 108, 69, "reference (Python)"));
  for (const [index, { name, ours, reference, format }] of rows.entries()) {
    const y = 84 + index * step;
    const most = Math.max(ours, reference ?? 0) || 1;
    parts.push(text(left - 12, y + 24, name, { anchor: "end" }));
    parts.push(rect(left, y, (full * ours) / most, 17, OURS));
    parts.push(text(left + (full * ours) / most + 6, y + 13, format(ours), { size: 12 }));
    if (reference === undefined) continue;
    parts.push(rect(left, y + 20, (full * reference) / most, 17, REFERENCE));
    const label = `${format(reference)}  (${(reference / ours).toFixed(1)} x)`;
    parts.push(text(left + (full * reference) / most + 6, y + 33, label, { size: 12 }));
  }
  return picture(780, height, title, parts);
}

/**
 * A line over whole numbers.
 *
 * @param {[number, number][]} points
 */
export function lineChart(title, subtitle, points, { xLabel, format }) {
  const [left, top, width, height] = [80, 70, 640, 260];
  const most = Math.max(...points.map(([, y]) => y)) * 1.15 || 1;
  const last = points.at(-1)?.[0] || 1;
  const x = (value) => left + (width * value) / last;
  const y = (value) => top + height - (height * value) / most;
  const parts = [text(20, 28, title, { size: 17, weight: 600 }), text(20, 48, subtitle, { size: 12 })];
  for (let i = 0; i <= 4; i++) {
    const value = (most * i) / 4;
    parts.push(
      `<line x1="${left}" x2="${left + width}" y1="${y(value)}" y2="${y(value)}" stroke="${GRID}"/>`,
    );
    parts.push(text(left - 8, y(value) + 4, format(value), { anchor: "end", size: 12 }));
    parts.push(
      text(x((last * i) / 4), top + height + 20, String(Math.round((last * i) / 4)), {
        anchor: "middle",
        size: 12,
      }),
    );
  }
  const path = points
    .map(([px, py], i) => `${i === 0 ? "M" : "L"}${x(px).toFixed(1)} ${y(py).toFixed(1)}`)
    .join("");
  parts.push(`<path d="${path}" fill="none" stroke="${OURS}" stroke-width="2"/>`);
  parts.push(text(left + width / 2, top + height + 42, xLabel, { anchor: "middle", size: 12 }));
  return picture(760, 390, title, parts);
}
