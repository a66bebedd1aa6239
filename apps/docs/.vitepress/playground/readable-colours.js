import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

/** The editor's own colours are too pale on white: WCAG asks for a contrast of 4.5. */
export const readableColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.modifier], color: "#8a1a6a" },
    { tag: [tags.string, tags.special(tags.string)], color: "#0a5c2e" },
    { tag: [tags.number, tags.bool], color: "#0550ae" },
    { tag: tags.comment, color: "#57606a", fontStyle: "italic" },
  ]),
);
