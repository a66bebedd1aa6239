import { listText } from "./numbers.js";
import { fill, words } from "./words.js";

/** A bar has room for so many. */
const MOST = 5;

/** The first of some names, and how many more there are: "a.jpg, b.jpg and 12 more". */
export function namesText(names: readonly string[]): string {
  const more = names.length - MOST;
  const list = listText(names.slice(0, MOST));
  return more > 0 ? fill(words().wrong.andMore, { names: list, more }) : list;
}
