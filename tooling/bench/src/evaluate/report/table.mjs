/** The report as Markdown tables, the same as those of the Python evaluation. */
export function table(report) {
  return Object.entries(report)
    .filter(([, models]) => Object.keys(models).length > 0)
    .map(([title, models]) => {
      const names = [...new Set(Object.values(models).flatMap((figures) => Object.keys(figures)))];
      const rows = Object.entries(models).map(([model, figures]) => [
        model,
        ...names.map((name) => figures[name]?.toFixed(3) ?? "-"),
      ]);
      const lines = [["model", ...names], ["model", ...names].map(() => "---"), ...rows];
      return `### ${title}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
    })
    .join("\n");
}
