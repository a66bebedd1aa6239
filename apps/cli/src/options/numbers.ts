import { InputError } from "@sam2js/core";

/** Reads a whole number from `least` on, where there is a `most` up to that. */
export function wholeNumber(option: string, least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isWithin = value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER);
    if (text.trim() !== "" && Number.isSafeInteger(value) && isWithin) return value;
    const range = most === undefined ? `from ${least} on` : `from ${least} to ${most}`;
    throw InputError.expected(option, `a whole number ${range}`, `"${text}"`);
  };
}

/** Reads a number between two bounds. */
export function numberWithin(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most) return value;
    const range = most === Number.POSITIVE_INFINITY ? `from ${least} on` : `from ${least} to ${most}`;
    throw InputError.expected(option, `a number ${range}`, `"${text}"`);
  };
}
