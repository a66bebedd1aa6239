import { programOf, visit } from "../syntax.mjs";
import { sourcesCheck } from "./complaints.mjs";

/** Where nobody writes words but those of the catalogue, `apps/web/src/words`. */
const SOURCE = /^apps\/web\/src\/(domain|state|stage|input|ui)\/.*\.tsx?$/;
const TEST = /\.test\.tsx?$/;
/** Attributes that people read or hear. */
const READ = new Set(["aria-label", "aria-valuetext", "alt", "title", "placeholder", "label"]);
/** Attributes and properties that only the browser reads. */
const UNREAD = new Set(["class", "style", "d", "viewBox", "transform", "href", "type", "kind"]);
/** A sentence, or a word that begins as one does. */
const PROSE = /^[^a-z]*[A-Z]?[a-z]{2,} [a-z]+|^[A-Z][a-z]+(?: |$)/;
/** Names that are the same in every language, and signs of the key board and of events. */
const NAMES =
  /^(https?:\S+|sam2js|nano|Enter|Home|End|Escape|Delete|Backspace|Page(Up|Down)|Arrow\w*|Files|Safari|Period|Comma|Upper|Left|Centre|Right)$/;

/** Texts in the web app that stand in its code, not in its catalogue: no language but English would have them. */
export function textsCheck() {
  return sourcesCheck(SOURCE, TEST, textsOf);
}

/** One line for each text of a source file. */
export function textsOf(file, text) {
  const found = [];
  const see = (node, parents) => {
    const words = wordsOf(node);
    if (words === undefined) return;
    const isRead = node.type === "JSXText" || isReadBy(parents);
    if (isRead ? /\p{L}/u.test(words) && !NAMES.test(words) : isProse(words, parents))
      found.push(`${file}:${node.loc.start.line}: "${words}" belongs into the catalogue`);
  };
  visit(programOf(file, text), see);
  return found;
}

function wordsOf(node) {
  if (node.type === "JSXText") return node.value.trim();
  if (node.type === "StringLiteral") return node.value;
  if (node.type === "TemplateLiteral")
    return node.quasis
      .map(({ value }) => value.cooked)
      .join("…")
      .replace(/^…$/, "");
  return undefined;
}

/** The text itself is what an attribute says, or one side of a choice in it. */
function isReadBy(parents) {
  const at = parents.findLastIndex(({ type }) => type === "JSXAttribute");
  return (
    at >= 0 &&
    READ.has(parents[at].name.name) &&
    parents
      .slice(at + 1)
      .every(({ type }) => /^(JSXExpressionContainer|ConditionalExpression|LogicalExpression)$/.test(type))
  );
}

function isProse(words, parents) {
  if (!PROSE.test(words) || NAMES.test(words) || /^(Import|Export)/.test(parents.at(-1).type)) return false;
  // Names of classes of styles.
  if (/(^| )is-/.test(words)) return false;
  return !parents.some(
    ({ type, callee, name, key }) =>
      // What an error says is for its details, in English; selectors and names of events are none of it.
      (type === "NewExpression" && /(Error|Exception)$/.test(callee.name ?? "")) ||
      callee?.type === "Super" ||
      (type === "CallExpression" &&
        /^(expected|closest|matches|querySelector|querySelectorAll|warn)$/.test(
          callee.name ?? callee.property?.name ?? "",
        )) ||
      (type === "JSXAttribute" && UNREAD.has(name.name)) ||
      (type === "ObjectProperty" && UNREAD.has(key.name)) ||
      /^TSLiteralType$|^BinaryExpression$/.test(type),
  );
}
