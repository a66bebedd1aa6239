import { programOf, visit } from "../syntax.mjs";
import { sourcesCheck } from "./complaints.mjs";

const SOURCE = /^apps\/web\/src\/.*\.tsx?$/;
/** Whose verbs write signals, and what no visitor gets. */
const WRITERS = /^apps\/web\/src\/(state|testing)\/|\.test\.tsx?$/;

/** Signals of the web app are written in `state` alone; elsewhere a file may write those that it makes itself. */
export function signalsCheck() {
  return sourcesCheck(SOURCE, WRITERS, writesOf);
}

/** One line for each place of a source file that writes a signal which is not its own. */
export function writesOf(file, text) {
  const program = programOf(file, text);
  const imported = new Set(
    program.body.flatMap((node) =>
      node.type === "ImportDeclaration" ? node.specifiers.map(({ local }) => local.name) : [],
    ),
  );
  const found = [];
  visit(program, (node) => {
    const written = node.type === "AssignmentExpression" ? node.left : node.argument;
    const isWrite = node.type === "AssignmentExpression" || node.type === "UpdateExpression";
    if (!isWrite || written?.type !== "MemberExpression" || written.property.name !== "value") return;
    const owner = rootOf(written);
    // `props.value.value = …` writes what somebody else handed over.
    const isHanded = written.object.type === "MemberExpression" && written.object.property.name === "value";
    if (imported.has(owner) || isHanded)
      found.push(
        `${file}:${node.loc.start.line}: a signal is written outside of state; give it a verb there`,
      );
  });
  return found;
}

function rootOf(node) {
  return node.type === "MemberExpression" ? rootOf(node.object) : node.name;
}
