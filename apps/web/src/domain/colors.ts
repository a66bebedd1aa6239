/** Colours of objects: apart for normal and colour-blind sight (the smallest distance in OKLab is 0.12). */
const COLORS = [
  "#75c4fa",
  "#efa970",
  "#924db8",
  "#eae873",
  "#c0401c",
  "#87fae4",
  "#7b88fc",
  "#d07974",
] as const;

/** Colours on which dark ink is not readable. */
const DARK = new Set<string>([COLORS[2], COLORS[4]]);

/** The colour of an object by its number, from 1 on. */
export function objectColor(number: number): string {
  return COLORS[(number - 1) % COLORS.length] ?? COLORS[0];
}

/** Whether the colour was used before by a lower number; such objects get a dashed line. */
export function isRepeated(number: number): boolean {
  return number > COLORS.length;
}

/** What can be read on the colour. */
export function inkOn(color: string): string {
  return DARK.has(color) ? "#ffffff" : "#101113";
}
