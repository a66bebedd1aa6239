import { numberFormat } from "./number-format.js";
import { fill, locale, words } from "./words.js";

/** A number as the language in use writes it. @param digits  behind the point, exactly */
export function numberText(value: number, digits = 0): string {
  return numberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A number with as many digits as it has: "0.25", "2". */
export function plainNumber(value: number): string {
  return numberFormat(locale()).format(value);
}

/** A change: "+3", "-2", "0". */
export function signedText(value: number): string {
  return numberFormat(locale(), { signDisplay: "exceptZero" }).format(value);
}

/** A rate, with one digit behind the point below ten. */
export function rateText(rate: number): string {
  return numberText(rate, rate < 10 ? 1 : 0);
}

/** "92%". @param digits  behind the point, at most */
export function percent(share: number, digits = 0): string {
  return numberFormat(locale(), { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** How sure a model is: "92%". Scores of some models lie a little outside of 0 to 1. */
export function scoreText(score: number): string {
  return percent(Math.min(1, Math.max(0, score)));
}

/** How much of something an area is: "4.1%", "38%". @param share  0 to 1 */
export function areaText(share: number): string {
  return percent(share, share < 0.1 ? 1 : 0);
}

/** A size as people read it: `340 MB`. */
export function bytesText(bytes: number): string {
  const [unit, size, digits] =
    bytes < 1000
      ? (["byte", bytes, 0] as const)
      : bytes < 1e6
        ? (["kilobyte", bytes / 1000, 0] as const)
        : bytes < 1e9
          ? (["megabyte", bytes / 1e6, bytes < 1e7 ? 1 : 0] as const)
          : (["gigabyte", bytes / 1e9, 1] as const);
  return numberFormat(locale(), {
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(size);
}

/** How long something takes: `12 min`, `9 s`. */
export function lengthText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const { unit } = words();
  return seconds < 90
    ? fill(unit.seconds, { count: Math.max(1, Math.round(seconds)) })
    : fill(unit.minutes, { count: Math.round(seconds / 60) });
}

/** "today 17:40", "yesterday 09:05", "24 Nov". @param then  in milliseconds since 1970 */
export function whenText(then: number, now = Date.now()): string {
  const day = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  const days = Math.round((day(then) - day(now)) / 86_400_000);
  if (days < -1) return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short" }).format(then);
  const time = new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(then);
  return `${new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(days, "day")} ${time}`;
}

/** "6 photos, 12 objects". */
export function listText(parts: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "unit" }).format(parts);
}
