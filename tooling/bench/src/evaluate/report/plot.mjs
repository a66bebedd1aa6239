const KINDS = ["click", "click_oracle", "single", "box", "clicks2", "clicks3"];
const COLOURS = ["#2563eb", "#f59e0b", "#10b981", "#8b5cf6"];
const [PANEL, HEIGHT, TOP, BOTTOM, LEFT] = [250, 300, 44, 216, 46];

/** Mean IoU by prompt as an SVG: one panel a set, one bar a model. */
export function plot(report) {
  const panels = Object.entries(report).filter(([, models]) =>
    Object.values(models).some((figures) => "click" in figures),
  );
  const names = [...new Set(panels.flatMap(([, models]) => Object.keys(models)))];
  const y = (value) => BOTTOM - value * (BOTTOM - TOP);
  const parts = panels.map(([title, models], panel) => {
    const left = LEFT + panel * PANEL;
    const wide = (PANEL - 30) / KINDS.length;
    const bars = names.flatMap((name, i) =>
      KINDS.map((kind, k) => {
        const value = models[name]?.[kind] ?? 0;
        const width = (wide * 0.8) / names.length;
        return `<rect x="${(left + k * wide + i * width).toFixed(1)}" y="${y(value).toFixed(1)}" width="${width.toFixed(1)}" height="${(BOTTOM - y(value)).toFixed(1)}" fill="${COLOURS[i % COLOURS.length]}"><title>${escaped(name)}, ${kind}: ${value.toFixed(3)}</title></rect>`;
      }),
    );
    const lines = [0, 0.25, 0.5, 0.75, 1].map(
      (value) =>
        `<line x1="${left}" x2="${left + PANEL - 30}" y1="${y(value)}" y2="${y(value)}" stroke="#e5e7eb"/>${panel === 0 ? text(left - 6, y(value) + 4, value.toFixed(2), "end") : ""}`,
    );
    const labels = KINDS.map(
      (kind, k) =>
        `<g transform="translate(${left + (k + 0.5) * wide} ${BOTTOM + 10}) rotate(-40)">${text(0, 0, kind, "end")}</g>`,
    );
    return [...lines, ...bars, ...labels, text(left, TOP - 12, title, "start")].join("\n");
  });
  const legend = names.map(
    (name, i) =>
      `<rect x="${LEFT + i * 160}" y="10" width="10" height="10" fill="${COLOURS[i % COLOURS.length]}"/>${text(LEFT + i * 160 + 14, 19, name, "start")}`,
  );
  const width = LEFT + panels.length * PANEL;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}">\n<title>mean IoU by prompt</title>\n<rect width="${width}" height="${HEIGHT}" fill="#ffffff"/>\n${[...legend, ...parts].join("\n")}\n</svg>\n`;
}

function text(x, y, content, anchor) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="system-ui, sans-serif" font-size="10" fill="#1f2937" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content) {
  return String(content).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
