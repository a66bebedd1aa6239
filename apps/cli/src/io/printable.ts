/** Characters that move the cursor, clear the screen or change what is read: C0 but for line breaks and tabs, DEL, C1, and marks of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text of several lines as a terminal may have it: what a file or a name has hidden in it shows as `�`. */
export function printable(text: string): string {
  return text.replace(CONTROLS, "\ufffd");
}

/** The same for a name inside a line or a cell of a table, which it must not break. */
export function printableName(text: string): string {
  return printable(text).replace(/[\n\t]/g, "\ufffd");
}
