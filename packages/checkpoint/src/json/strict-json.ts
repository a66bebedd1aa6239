/** A JSON value whose objects are maps, so that no key (`__proto__`, `constructor`) means anything special. */
export type StrictJson = null | boolean | number | string | StrictJson[] | Map<string, StrictJson>;

/** What {@link parseStrictJson} raises: what it got, in words. Its callers turn it into an error that names the file. */
export class StrictJsonProblem extends SyntaxError {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Parses JSON as its grammar says, and refuses what `JSON.parse` lets pass: a key given twice in one object, and nesting deeper
 * than `maxDepth`. `maxMembers` bounds the members of the outermost object.
 *
 * @param source  UTF-8, which may begin with a byte order mark
 * @throws {StrictJsonProblem} with the position in the text
 */
export function parseStrictJson(source: Uint8Array, maxDepth: number, maxMembers = Infinity): StrictJson {
  const text = decodeUtf8(source);
  let at = 0;

  const fail = (what: string): never => {
    throw new StrictJsonProblem(`${what} at character ${at}`);
  };
  const skipSpace = () => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at++;
    }
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const word = <T>(spelled: string, value: T): T => {
    if (!text.startsWith(spelled, at)) fail("unexpected text");
    at += spelled.length;
    return value;
  };

  const string = (): string => {
    if (text.charCodeAt(at) !== 0x22) fail("expected a string");
    const start = at;
    let isPlain = true;
    for (at++; text.charCodeAt(at) !== 0x22; at++) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) fail("unfinished string");
      if (code < 0x20) fail("control character in a string");
      if (code === 0x5c) {
        isPlain = false;
        at++;
      }
    }
    at++;
    return isPlain ? text.slice(start + 1, at - 1) : decodeEscapes(text.slice(start, at));
  };
  const decodeEscapes = (quoted: string): string => {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return fail("invalid escape in the string before");
    }
  };
  const array = (depth: number): StrictJson[] => {
    const items: StrictJson[] = [];
    at++;
    skipSpace();
    if (text[at] === "]") return word("]", items);
    for (;;) {
      items.push(value(depth));
      skipSpace();
      if (text[at] === "]") return word("]", items);
      if (text[at] !== ",") fail("expected , or ]");
      at++;
    }
  };
  const object = (depth: number): Map<string, StrictJson> => {
    const members = new Map<string, StrictJson>();
    at++;
    skipSpace();
    if (text[at] === "}") return word("}", members);
    for (;;) {
      skipSpace();
      const key = string();
      if (members.has(key)) fail(`the key ${JSON.stringify(key.slice(0, 200))} is given twice`);
      if (depth === 1 && members.size >= maxMembers) fail(`more than ${maxMembers} entries`);
      skipSpace();
      if (text[at] !== ":") fail("expected :");
      at++;
      members.set(key, value(depth));
      skipSpace();
      if (text[at] === "}") return word("}", members);
      if (text[at] !== ",") fail("expected , or }");
      at++;
    }
  };
  const value = (depth: number): StrictJson => {
    skipSpace();
    const first = text[at];
    if ((first === "{" || first === "[") && depth >= maxDepth) fail(`nesting deeper than ${maxDepth}`);
    if (first === "{") return object(depth + 1);
    if (first === "[") return array(depth + 1);
    if (first === '"') return string();
    if (first === "t") return word("true", true);
    if (first === "f") return word("false", false);
    if (first === "n") return word("null", null);
    const number = match(NUMBER);
    return number === undefined
      ? fail(at < text.length ? "unexpected text" : "unexpected end")
      : Number(number);
  };

  const result = value(0);
  skipSpace();
  if (at < text.length) fail("text after the end");
  return result;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new StrictJsonProblem("bytes that are no UTF-8 text");
  }
}
