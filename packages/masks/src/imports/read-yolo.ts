import { checkList, checkText, InputError } from "@sam2js/core";
import type { AnnotatedObject, AnnotatedShape } from "./annotated-image.js";

/** A box has a middle and a size, and may have a confidence after them. */
const BOX = 4;
const BOX_AND_SCORE = 5;
const LEAST_OF_POLYGON = 6;
/** A list with a place for every number up to a wild one would fill the memory. */
const MOST_CLASSES = 1 << 16;
const CONTENT = "the text of a file (a string)";

/**
 * Reads a file of YOLO labels: polygons of its segmentation format, boxes of its detection format.
 *
 * @param classes  names by number; a class without one is called by its number
 * @returns        the objects, and the lines that are none, in words
 */
export function readYoloLabels(
  text: string,
  classes: readonly string[],
): { readonly objects: readonly AnnotatedObject[]; readonly problems: readonly string[] } {
  checkText(text, "text", CONTENT);
  checkList(classes, "classes", "a list of names");
  const objects: AnnotatedObject[] = [];
  const problems: string[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [number = Number.NaN, ...values] = line.trim().split(/\s+/).map(Number);
    const shape = values.every(Number.isFinite) && Number.isInteger(number) ? shapeOf(values) : undefined;
    if (shape) objects.push({ label: classes[number] ?? `class ${number}`, shape });
    else
      problems.push(
        `line ${at + 1}: expected a class and a polygon or a box, got "${line.trim().slice(0, 40)}"`,
      );
  }
  return { objects, problems };
}

function shapeOf(values: readonly number[]): AnnotatedShape | undefined {
  if (values.length === BOX || values.length === BOX_AND_SCORE) {
    const [x = 0, y = 0, width = 0, height = 0] = values;
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2] as const;
    return { kind: "box", box, isShare: true };
  }
  if (values.length < LEAST_OF_POLYGON || values.length % 2 === 1) return undefined;
  return { kind: "rings", rings: [values], isShare: true };
}

/** Names of a `classes.txt` or `obj.names`, one a line. */
export function readClassesText(text: string): string[] {
  checkText(text, "text", CONTENT);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/**
 * The classes of a `data.yaml`: its `names`, as a map by number or as a list, in blocks or in brackets.
 *
 * @returns  names by number; empty where there are none
 * @throws {InputError} a class has a number of 65,536 or more
 */
export function readYoloNames(yaml: string): string[] {
  checkText(yaml, "yaml", CONTENT);
  const lines = yaml.split(/\r?\n/).map((line) => line.replace(COMMENT, "$1"));
  const start = lines.findIndex((line) => /^names\s*:/.test(line));
  if (start < 0) return [];
  const rest = lines[start]!.replace(/^names\s*:/, "").trim();
  const block = lines.slice(start + 1);
  const end = block.findIndex((line) => /^[^\s-]/.test(line));
  const inside = end < 0 ? block : block.slice(0, end);
  const isFlow = /^[[{]/.test(rest);
  const entries = isFlow ? flowEntries([rest, ...block].join(" ")) : inside.map((line) => line.trim());
  const names: string[] = [];
  for (const entry of entries.filter((each) => each !== "")) {
    const [, number, name] = /^["']?(\d+)["']?\s*:\s*(.*)$/.exec(entry) ?? [];
    if (Number(number) >= MOST_CLASSES) {
      throw InputError.expected("names", `numbers of classes below ${MOST_CLASSES}`, entry);
    }
    names[number === undefined ? names.length : Number(number)] = unquoted(
      name ?? entry.replace(/^-\s*/, ""),
    );
  }
  return Array.from(names, (name, i) => name ?? `class ${i}`);
}

/** A text in quotes, which is kept, or a comment. Quotes within a word are letters of it. */
const COMMENT = /((?<=^|[\s[{,:])(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'))|(?:^|\s)#.*$/g;
/** An entry in brackets, perhaps with its number, or the bracket behind the last one. */
const FLOW = /[\]}]|(?:["']?\d+["']?\s*:\s*)?(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\s,[\]{}"'][^,[\]{}]*)/g;

/** What stands between the brackets, apart at commas outside of quotes. */
function flowEntries(text: string): string[] {
  const tokens = text.slice(1).match(FLOW) ?? [];
  const end = tokens.findIndex((token) => /^[\]}]/.test(token));
  return (end < 0 ? tokens : tokens.slice(0, end)).map((entry) => entry.trim());
}

function unquoted(text: string): string {
  const value = text.trim();
  if (value.startsWith("'")) return value.slice(1, -1).replaceAll("''", "'");
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}
