import { en } from "./en/index.js";
import { type Catalogue, takeCatalogue } from "./words.js";

/** The languages of the app, by their own names. Numbers in Arabic have the digits that keys and files have. */
export const LANGUAGES = {
  en: { name: "English", load: () => en as Catalogue },
  de: { name: "Deutsch", load: () => import("./de.json").then((loaded): Catalogue => loaded.default) },
  es: { name: "Español", load: () => import("./es.json").then((loaded): Catalogue => loaded.default) },
  ar: {
    name: "العربية",
    load: () => import("./ar.json").then((loaded): Catalogue => loaded.default),
    digits: "latn",
    isRightToLeft: true,
  },
} satisfies Readonly<Record<string, Language>>;

interface Language {
  readonly name: string;
  /** Its texts come with their first use. */
  load(): Catalogue | Promise<Catalogue>;
  /** A numbering system of Unicode, where it is not the region's own. */
  readonly digits?: string;
  readonly isRightToLeft?: boolean;
}

export type LanguageId = keyof typeof LANGUAGES;

export function isLanguage(id: unknown): id is LanguageId {
  return typeof id === "string" && Object.hasOwn(LANGUAGES, id);
}

/** What is spoken here, with its region: the first wish that the app can fulfil. @param wishes  as `navigator.languages` */
export function chooseLanguage(
  wishes: readonly string[],
  chosen?: LanguageId,
): { readonly id: LanguageId; readonly locale: string } {
  const known = wishes.flatMap((wish) => {
    const id = localeOf(wish)?.language;
    return isLanguage(id) ? [{ id, locale: wish }] : [];
  });
  const found = chosen ? known.find(({ id }) => id === chosen) : known[0];
  return found ?? { id: chosen ?? "en", locale: chosen ?? "en" };
}

let latest = 0;

/** Takes a language into use as soon as its texts are here; the last call wins. @throws what a failed download throws */
export async function speak(wishes: readonly string[], chosen?: LanguageId): Promise<void> {
  const own = ++latest;
  const { id, locale } = chooseLanguage(wishes, chosen);
  const { load, digits, isRightToLeft = false }: Language = LANGUAGES[id];
  const loaded = load();
  const catalogue = loaded instanceof Promise ? await loaded : loaded;
  if (own !== latest) return;
  const { baseName } = new Intl.Locale(locale);
  takeCatalogue(digits ? `${baseName}-u-nu-${digits}` : baseName, catalogue, isRightToLeft);
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    // What a browser was told to say need not be a language.
    return undefined;
  }
}
