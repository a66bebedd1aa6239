import { checkList, describeValue, InputError } from "@sam2js/core";
/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/**
 * Twelve hues, ordered so that neighbours differ in lightness as well as in hue: they stay apart for eyes that do not
 * tell red from green. After the colour sets of Okabe and Ito and of Paul Tol.
 */
const HUES: readonly Rgb[] = [
  [230, 159, 0],
  [0, 114, 178],
  [86, 180, 233],
  [213, 94, 0],
  [0, 158, 115],
  [240, 228, 66],
  [204, 121, 167],
  [51, 34, 136],
  [68, 170, 153],
  [136, 34, 85],
  [221, 204, 119],
  [17, 119, 51],
];

/**
 * The colour of a mask by its place in the list: twelve hues, then the same hues lighter, darker, and in between, all different for
 * the first 255.
 *
 * @param index  0 and up
 */
export function maskColor(index: number): Rgb {
  if (!(Number.isSafeInteger(index) && index >= 0)) {
    throw InputError.expected("index", "a whole number >= 0", describeValue(index));
  }
  const hue = HUES[index % HUES.length]!;
  const round = Math.floor(index / HUES.length);
  if (round === 0) return hue;
  // The van der Corput sequence ½, ¼, ¾, … puts each next shade into the widest gap.
  let share = 0;
  for (let step = (round + 1) >> 1, weight = 0.5; step > 0; step >>= 1, weight /= 2)
    share += (step & 1) * weight;
  const towards = round % 2 ? 255 : 0;
  const amount = 0.1 + 0.6 * share;
  return [mix(hue[0], towards, amount), mix(hue[1], towards, amount), mix(hue[2], towards, amount)];
}

function mix(from: number, to: number, amount: number): number {
  return Math.round(from + (to - from) * amount);
}

/** Reads `#rrggbb`. @returns undefined where it is none */
export function parseHexColor(text: string): Rgb | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return undefined;
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** `#rrggbb`. */
export function hexColor(color: Rgb): string {
  checkList(color, "color", "[red, green, blue], 0 to 255");
  return `#${color.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
