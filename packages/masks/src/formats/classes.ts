import { checkTexts } from "@sam2js/core";

/** What an object without a class is. */
const UNLABELLED = "object";

/** The classes of a project, each with one number. */
export interface ClassTable {
  /** Names in the order in which they first occur; their places are the numbers. */
  readonly names: string[];
  /** The number of each object's class. */
  readonly indices: number[];
}

/**
 * Numbers the classes of all objects of a project. Make it once for all images, so that a class has the same number in every file.
 *
 * @param classes  the class of each object; all without one ("" or blank) share the class "object"
 */
export function classTable(classes: readonly string[]): ClassTable {
  checkTexts(classes, "classes", "a list of names");
  const numbers = new Map<string, number>();
  const indices = classes.map((name) => {
    const own = name.trim() || UNLABELLED;
    const number = numbers.get(own) ?? numbers.size;
    numbers.set(own, number);
    return number;
  });
  return { names: [...numbers.keys()], indices };
}

/** The content of a `classes.txt`: a name a line, in the order of the numbers. Control characters and line breaks become spaces. */
export function toClassesText(names: readonly string[]): string {
  checkTexts(names, "names", "a list of names");
  return names.map((name) => `${name.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}\n`).join("");
}
