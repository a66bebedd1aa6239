/**
 * The docstrings of a source file as one Markdown document in which every line keeps its number, so that a message about it points into the
 * source. A tag begins a paragraph. Formulas, which are blocks indented by two spaces, are left out, and so is all code between docstrings.
 */
export function docstringsAsMarkdown(source) {
  const lines = source.split("\n").map(() => "");
  for (const match of source.matchAll(/(?<=^[ \t]*)\/\*\*([\s\S]*?)\*\//gm)) {
    const first = source.slice(0, match.index).split("\n").length - 1;
    let inFormula = false;
    let isAfterBlank = true;
    for (const [index, raw] of match[1].split("\n").entries()) {
      const line = raw.replace(/^\s*\* ?/, index === 0 ? " " : "").replace(/^ (?=\S)/, "");
      const isBlank = line.trim() === "";
      if (isAfterBlank || isBlank) inFormula = !isBlank && /^\s{2}/.test(line) && index > 0;
      isAfterBlank = isBlank;
      lines[first + index] = inFormula ? "" : asProse(line);
    }
    // The end of a docstring ends its paragraph, also where the next one follows at once.
    const last = first + match[1].split("\n").length;
    if (lines[last] !== undefined) lines[last] = "";
  }
  return lines.join("\n");
}

/** A tag's line as an item of a list: only an item begins a paragraph without a blank line before it. */
function asProse(line) {
  const tag =
    /^@(?:param|throws|typeParam|template)\s+(?:\{[^}]*\}\s*)?\S*\s*(.*)$/.exec(line) ??
    /^@\w+\s*(.*)$/.exec(line);
  return tag ? `- ${tag[1]}` : line;
}
