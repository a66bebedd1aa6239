/** Writes `docs/errors.md`: a section for each error code, with its meaning and remedy, from the docstrings of `Sam2ErrorCodes` in `@sam2js/core`. */
import assert from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";

const source = new URL("../../../packages/core/src/errors/error-codes.ts", import.meta.url);
const target = new URL("../../../docs/errors.md", import.meta.url);
const HEADER = `# Errors by code

<!-- Written by apps/docs/scripts/errors-page.mjs from packages/core/src/errors/error-codes.ts; change it there. -->

Every error is a \`Sam2Error\` of [\`@sam2js/core\`](../packages/core). Its \`code\` is for programs, its message for people.
The message names the thing, what was expected, what came, and what to do. The facts are in \`error.facts\`.
Recognise a class by \`InputError.isInstance(error)\`, which also works across copies of the package.
An abort is not one of these errors: the call rejects with the reason of its signal.

A symptom without a code, such as a wrong mask or a blocked request: [when something goes wrong](../apps/docs/pages/guides/troubleshooting.md).
`;
const body = /interface Sam2ErrorCodes \{([\s\S]*?)^\}/m.exec(readFileSync(source, "utf8"))?.[1];
assert(body, "error-codes.ts has no interface Sam2ErrorCodes");
const sections = [...body.matchAll(/\/\*\* (.*?) \*\/\s+(\w+): (.*?);/g)].map(
  ([, text, code, classes]) =>
    `\n## ${code}\n\nClass ${classes.replaceAll('"', "`").replaceAll(" | ", " or ")}. ${text}\n`,
);
assert.equal(sections.length, body.match(/^ {2}\w+: /gm)?.length, "each code needs a docstring of one line");
writeFileSync(target, `${HEADER}${sections.join("")}`);
