import { relative } from "node:path";
import { searchWeight } from "../search-weight.mjs";

/** What Pagefind lets headings count, whatever the text around them counts, and the most that it takes. */
const HEADINGS = { h1: 7, h2: 6, h3: 5, h4: 4, h5: 3, h6: 2 };
const MOST = 10;

/**
 * A markdown-it plugin: in the search, headings count more or less as the text of their page does.
 *
 * @param {{ root: string, pageOf: (file: string) => string | undefined }} site  the repository's folder; the address of a file's page
 */
export function weighedHeadings(md, { root, pageOf }) {
  md.core.ruler.push("weighed-headings", ({ tokens, env }) => {
    const file = relative(root, env.realPath ?? env.path ?? root).replaceAll("\\", "/");
    const weight = searchWeight(pageOf(file) ?? "");
    if (weight === 1) return;
    for (const token of tokens.filter(({ type }) => type === "heading_open"))
      token.attrSet("data-pagefind-weight", `${Math.min(MOST, weight * HEADINGS[token.tag])}`);
  });
}
