/** "today 17:40", "yesterday 09:05", "24 Nov". @param then  in milliseconds since 1970 */
export function whenText(then: number, now = Date.now(), locale?: string): string {
  const day = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  const days = Math.round((day(then) - day(now)) / 86_400_000);
  if (days < -1) return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }).format(then);
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(then);
  return `${new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")} ${time}`;
}
