import { sentencesOf, wordsOf } from "./sentences.mjs";

/** A textlint rule: a sentence, or what stands between its colons and semicolons, has at most `max` words. */
export default function sentenceLength(context, { max = 30 } = {}) {
  const { Syntax, getSource, report, RuleError } = context;
  return {
    [Syntax.Paragraph](node) {
      for (const sentence of sentencesOf(getSource(node))) {
        const words = wordsOf(sentence).length;
        if (words > max)
          report(
            node,
            new RuleError(
              `${words} words in a sentence, at most ${max} should be; split "${sentence.slice(0, 70)}…"`,
            ),
          );
      }
    },
  };
}
