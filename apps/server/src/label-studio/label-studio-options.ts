import { checkOptions, checkTexts, InputError } from "@sam2js/core";

/** How Label Studio is reached. */
export interface LabelStudioOptions {
  /** Its address as this server reaches it, `"http://localhost:8080"`: pictures and videos are fetched there and, with a token, nowhere else. */
  readonly url: string;
  /** A token of it: an access token, or a personal access token, which is exchanged. Default: the one that Label Studio sends when a project is set up. */
  readonly token?: string | undefined;
  /** Origins of other hosts whose media may be fetched, `"https://images.example.org"`. Their addresses must be public ones. Default none. */
  readonly mediaOrigins?: readonly string[] | undefined;
}

/** Options that were checked. */
export interface LabelStudioSettings {
  /** Without a slash at its end. */
  readonly base: URL;
  readonly token: string | undefined;
  readonly mediaOrigins: readonly string[];
}

/** @throws {InputError} an address is none of http or https, or an origin has more than scheme, host and port */
export function settleLabelStudio(options: LabelStudioOptions): LabelStudioSettings {
  checkOptions(options ?? null, ["url", "token", "mediaOrigins"], "labelStudio");
  const { url, token, mediaOrigins = [] } = options;
  checkTexts(
    mediaOrigins,
    "labelStudio.mediaOrigins",
    "a list of origins such as https://images.example.org",
  );
  const base = httpUrl("labelStudio.url", url);
  base.pathname = base.pathname.replace(/\/+$/, "");
  const origins = mediaOrigins.map((each) => {
    const origin = httpUrl("labelStudio.mediaOrigins", each);
    if (origin.href === `${origin.origin}/`) return origin.origin;
    throw InputError.expected("labelStudio.mediaOrigins", "https://HOST or https://HOST:PORT", each);
  });
  return { base, token: token || undefined, mediaOrigins: origins };
}

function httpUrl(name: string, text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw InputError.expected(name, "an address such as http://localhost:8080", JSON.stringify(text));
}
