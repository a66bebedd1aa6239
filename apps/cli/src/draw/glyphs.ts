/**
 * An alphabet of strokes, so that labels need no font file and look the same everywhere. Each letter is a list of lines through
 * points `xy`, base 17: x to the right, y down; capitals stand from 0 to c, small letters from 4 to c, tails reach g.
 */
const STROKES: Readonly<Record<string, string>> = {
  A: "0c 40 8c,18 78",
  B: "0c 00 50 72 74 56 06,56 77 7a 5c 0c",
  C: "72 50 20 02 0a 2c 5c 7a",
  D: "0c 00 40 72 7a 4c 0c",
  E: "70 00 0c 7c,06 56",
  F: "70 00 0c,06 56",
  G: "72 50 20 02 0a 2c 5c 7a 77 47",
  H: "00 0c,70 7c,06 76",
  I: "00 0c",
  J: "50 5a 3c 1c 0a",
  K: "00 0c,70 07,25 7c",
  L: "00 0c 6c",
  M: "0c 00 47 80 8c",
  N: "0c 00 7c 70",
  O: "20 50 72 7a 5c 2c 0a 02 20",
  P: "0c 00 50 72 75 57 07",
  Q: "20 50 72 7a 5c 2c 0a 02 20,59 8d",
  R: "0c 00 50 72 75 57 07,37 7c",
  S: "72 50 20 02 04 26 56 78 7a 5c 2c 0a",
  T: "00 80,40 4c",
  U: "00 09 2c 5c 79 70",
  V: "00 4c 80",
  W: "00 2c 53 8c a0",
  X: "00 7c,70 0c",
  Y: "00 46 80,46 4c",
  Z: "00 70 0c 7c",
  a: "64 6c,66 44 24 06 0a 2c 4c 6a",
  b: "00 0c,06 24 44 66 6a 4c 2c 0a",
  c: "66 44 24 06 0a 2c 4c 6a",
  d: "60 6c,66 44 24 06 0a 2c 4c 6a",
  e: "08 68 66 44 24 06 0a 2c 4c 6b",
  f: "50 30 22 2c,04 54",
  g: "64 6e 4g 2g 0f,66 44 24 06 0a 2c 4c 6a",
  h: "00 0c,06 24 44 66 6c",
  i: "04 0c,00 00",
  j: "24 2e 1g 0g,20 20",
  k: "00 0c,54 09,27 6c",
  l: "00 0a 1c 2c",
  m: "04 0c,06 24 34 56 5c,56 74 84 a6 ac",
  n: "04 0c,06 24 44 66 6c",
  o: "24 44 66 6a 4c 2c 0a 06 24",
  p: "04 0g,06 24 44 66 6a 4c 2c 0a",
  q: "64 6g,66 44 24 06 0a 2c 4c 6a",
  r: "04 0c,07 24 44",
  s: "65 44 14 05 07 18 58 69 6b 5c 2c 0b",
  t: "20 2a 4c 5c,04 54",
  u: "04 0a 2c 4c 6a,64 6c",
  v: "04 3c 64",
  w: "04 2c 46 6c 84",
  x: "04 6c,64 0c",
  y: "04 3c,64 3c 1g 0g",
  z: "04 64 0c 6c",
  0: "20 40 62 6a 4c 2c 0a 02 20",
  1: "03 30 3c",
  2: "02 20 50 72 74 0c 7c",
  3: "01 20 50 72 74 56 36,56 78 7a 5c 2c 0b",
  4: "5c 50 08 78",
  5: "60 10 05 45 67 6a 4c 1c 0b",
  6: "61 40 20 03 0a 2c 4c 6a 68 46 26 08",
  7: "00 70 3c",
  8: "20 40 62 64 46 26 04 02 20,26 08 0a 2c 4c 6a 68 46",
  9: "0b 2c 4c 69 62 40 20 02 04 26 46 64",
  ".": "0c 0c",
  ",": "1c 0e",
  ":": "05 05,0c 0c",
  ";": "15 15,1c 0e",
  "-": "07 57",
  "+": "33 3b,07 67",
  _: "0d 7d",
  "/": "0c 60",
  "\\": "00 6c",
  "|": "00 0d",
  "!": "00 08,0c 0c",
  "?": "02 20 40 62 64 37 38,3c 3c",
  "'": "00 03",
  '"': "00 03,30 33",
  "(": "20 03 09 2c",
  ")": "00 23 29 0c",
  "[": "30 00 0c 3c",
  "]": "00 30 3c 0c",
  "<": "62 07 6c",
  ">": "02 67 0c",
  "=": "05 65,09 69",
  "#": "20 1c,60 5c,04 74,08 78",
  "~": "07 25 47 65",
  "%": "0c 70,10 20 32 24 14 02 10,58 68 7a 6c 5c 4a 58",
  "*": "32 38,03 67,63 07",
};

/** A letter that is not among them shows as an empty frame. */
const UNKNOWN = "00 60 6c 0c 00";

/** Height of a capital letter, in the units of the points. */
export const CAP_HEIGHT = 12;
const SPACE_WIDTH = 5;
const GAP = 3.4;

/** A letter: lines through points, and how far to the right the next letter starts. */
export interface Glyph {
  readonly lines: readonly (readonly (readonly [number, number])[])[];
  readonly advance: number;
}

const glyphs = new Map<string, Glyph>();

/** The strokes of a letter. */
export function glyphOf(letter: string): Glyph {
  const known = glyphs.get(letter);
  if (known) return known;
  const made = letter === " " ? { lines: [], advance: SPACE_WIDTH } : parse(strokesOf(letter));
  glyphs.set(letter, made);
  return made;
}

function strokesOf(letter: string): string {
  return Object.hasOwn(STROKES, letter) ? (STROKES[letter] ?? UNKNOWN) : UNKNOWN;
}

function parse(strokes: string): Glyph {
  const digit = (text: string | undefined) => Number.parseInt(text ?? "0", 17);
  const lines = strokes
    .split(",")
    .map((one) => one.split(" ").map(([x, y]) => [digit(x), digit(y)] as const));
  const width = Math.max(...lines.flat().map(([x]) => x));
  return { lines, advance: width + GAP };
}
