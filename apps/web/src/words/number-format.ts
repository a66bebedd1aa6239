const formats = new Map<string, Intl.NumberFormat>();

/**
 * How a language writes numbers. The same format is made once: a browser takes milliseconds for each, and progress is written many times a second.
 *
 * @param locale  a BCP 47 tag
 */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, options);
  formats.set(key, made);
  return made;
}
