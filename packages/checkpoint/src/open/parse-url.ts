/**
 * A string as a URL, or undefined for a path (`C:\model` too). Where a page or worker has an address of its own, strings that begin
 * with `/`, `./` or `../` are URLs relative to it.
 */
export function parseUrl(text: string): URL | undefined {
  if (/^(https?|file|blob|data):/i.test(text)) return URL.canParse(text) ? new URL(text) : undefined;
  const base = (globalThis as { location?: { href?: string } }).location?.href;
  if (base && /^\.{0,2}\//.test(text) && URL.canParse(text, base)) return new URL(text, base);
  return undefined;
}
