import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gitFiles } from "../run.mjs";
import { programOf, visit } from "../syntax.mjs";
import { root } from "../workspace.mjs";
import { complaintsResult } from "./complaints.mjs";

const SOURCE = /^(packages|apps)\/[^/]+\/src\/.*\.(ts|tsx|mjs)$/;
const TEST = /\.test(-d)?\.ts$|__fixtures__|__tests__|_pb\.ts$/;

/**
 * Two rules about errors. One whose message says "expected … got …" has both as facts, so that programs need not read the message.
 * Sites that hand the message or the facts on are left to whoever makes them. And each class has a marker of its own: two classes with one
 * `symbolName` would pass for each other.
 */
export async function errorsCheck() {
  const files = (await gitFiles()).filter((name) => SOURCE.test(name) && !TEST.test(name));
  const texts = files.map((file) => [file, readFileSync(join(root, file), "utf8")]);
  const complaints = [...texts.flatMap(([file, text]) => missingFacts(file, text)), ...sharedMarkers(texts)];
  return complaintsResult(complaints);
}

function sharedMarkers(texts) {
  const complaints = [];
  const owners = new Map();
  for (const [file, text] of texts) {
    const classes = text.match(/^export class \w+Error extends \w+Error\b/gm)?.length ?? 0;
    const markers = [...text.matchAll(/static (?:override )?readonly symbolName: string = "(\w+)"/g)];
    if (markers.length < classes) complaints.push(`${file}: an error class without a symbolName of its own`);
    for (const [, marker] of markers) {
      const owner = owners.get(marker);
      if (owner) complaints.push(`${file}: the marker ${marker} belongs to ${owner}`);
      owners.set(marker, file);
    }
  }
  return complaints;
}

/** One line for each error of a source text that lacks a fact its message speaks of. */
function missingFacts(file, text) {
  const complaints = [];
  visit(programOf(file, text), (node) => {
    if (node.type !== "NewExpression" || !/Error$/.test(node.callee.name ?? "")) return;
    // The base class takes a code before the message.
    const [message, facts] = node.arguments.slice(node.callee.name === "Sam2Error" ? 1 : 0);
    if (!/\bexpected\b.*\bgot\b/s.test(wordsOf(message))) return;
    if (facts && facts.type !== "ObjectExpression") return;
    const properties = facts?.properties ?? [];
    if (properties.some(({ type }) => type === "SpreadElement")) return;
    const names = properties.map(({ key }) => key.name ?? key.value);
    const missing = ["expected", "got"].filter((fact) => !names.includes(fact));
    if (missing.length > 0)
      complaints.push(
        `${file}:${node.loc.start.line}: the message says it, the facts lack ${missing.join(" and ")}`,
      );
  });
  return complaints;
}

function wordsOf(node) {
  if (node?.type === "StringLiteral") return node.value;
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.cooked).join("…");
  if (node?.type === "BinaryExpression") return `${wordsOf(node.left)}${wordsOf(node.right)}`;
  return "";
}
