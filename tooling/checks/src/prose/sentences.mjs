/** The sentences of a Markdown paragraph, code as one word each, links as their text, line breaks as spaces. */
export function sentencesOf(paragraph) {
  const text = paragraph
    .replace(/`[^`]*`/g, "code")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s+/g, " ")
    .replace(/\b(e\.g|i\.e|vs|etc)\. /g, "$1 ")
    .trim();
  return text.split(/(?<=[.!?:;][")*_]*)\s+/);
}

export const wordsOf = (sentence) => sentence.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word));
