import passivesOf from "passive-voice";
import { sentencesOf, wordsOf } from "./sentences.mjs";

/** A document of fewer sentences says too little for a share. */
const FEWEST_SENTENCES = 12;

/**
 * A textlint rule: of all sentences of a document, at most the share `max` is in the passive voice. A single passive is fine, a page of them
 * hides who does what.
 */
export default function passiveShare(context, { max = 0.25 } = {}) {
  const { Syntax, getSource, report, RuleError } = context;
  const sentences = [];
  return {
    [Syntax.Paragraph](node) {
      sentences.push(...sentencesOf(getSource(node)).filter((sentence) => wordsOf(sentence).length > 3));
    },
    [Syntax.DocumentExit](node) {
      const passive = sentences.filter((sentence) => passivesOf(sentence).length > 0);
      if (sentences.length < FEWEST_SENTENCES || passive.length <= max * sentences.length) return;
      const share = Math.round((100 * passive.length) / sentences.length);
      const first = passive.slice(0, 4).map((sentence) => `"${sentence.slice(0, 90)}"`);
      report(
        node,
        new RuleError(
          `${share} % of the sentences are passive, at most ${100 * max} % should be; name who does it, for example in ${first.join(", ")}`,
        ),
      );
    },
  };
}
