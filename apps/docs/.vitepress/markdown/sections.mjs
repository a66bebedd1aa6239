const ANCHOR = /^<a id="[^"]*"><\/a>$/;

/**
 * A markdown-it plugin: a page of the API reference becomes a row of parts, one for each heading of the second or third level. The browser lays
 * them out as they come into sight. A part knows how many lines of Markdown it has, for a guess at its height.
 */
export function partsOfLongPages(md) {
  md.core.ruler.push("parts-of-long-pages", (state) => {
    if (!/\bpages\/api\//.test((state.env.realPath ?? state.env.path ?? "").replaceAll("\\", "/"))) return;
    const starts = state.tokens.flatMap(({ type, tag }, index) =>
      type === "heading_open" && /^h[23]$/.test(tag) ? [startOfPart(state.tokens, index)] : [],
    );
    const lineAt = (index) => state.tokens.slice(index).find(({ map }) => map)?.map[0];
    const lastLine = state.tokens.findLast(({ map }) => map)?.map[1] ?? 0;
    starts.toReversed().forEach((start, reversed) => {
      const isLast = reversed === 0;
      const end = isLast ? state.tokens.length : starts[starts.length - reversed];
      const lines = (isLast ? lastLine : lineAt(end)) - lineAt(start);
      const open = new state.Token("part_open", "section", 1);
      open.block = true;
      open.attrs = [
        ["class", "part"],
        ["style", `--lines: ${lines}`],
      ];
      const close = new state.Token("part_close", "section", -1);
      close.block = true;
      state.tokens.splice(end, 0, close);
      state.tokens.splice(start, 0, open);
    });
  });
}

/** A heading's part begins with the anchor that stands before the heading as a paragraph of its own. */
function startOfPart(tokens, heading) {
  const isAnchor = tokens[heading - 2]?.type === "inline" && ANCHOR.test(tokens[heading - 2].content);
  return isAnchor ? heading - 3 : heading;
}
