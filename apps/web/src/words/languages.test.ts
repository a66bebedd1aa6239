import { afterEach, describe, expect, it } from "vitest";
import { en } from "./en/index.js";
import { chooseLanguage, LANGUAGES, type LanguageId, speak } from "./languages.js";
import { fill, isRightToLeft, locale, takeCatalogue, words } from "./words.js";

const OTHERS = (Object.keys(LANGUAGES) as LanguageId[]).filter((id) => id !== "en");

afterEach(() => takeCatalogue("en", en));

/** Texts by their path: `dock.box`, `count.photos one`. */
function textsOf(node: object, path = ""): [string, string][] {
  return Object.entries(node).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${key}`, value]] : textsOf(value, `${path}${key}.`),
  );
}

const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
/** `…​.few` is a form of what English has as `….other`. */
const FORM = /\.(zero|one|two|few|many|other)$/;
const english = new Map(textsOf(en));
const plurals = new Set(
  [...english.keys()].filter((path) => path.endsWith(".other")).map((path) => path.slice(0, -6)),
);
const sourceOf = (path: string) => {
  const stem = path.replace(FORM, "");
  return plurals.has(stem) ? `${stem}.other` : path;
};

describe.each(OTHERS)("the texts in %s", (id) => {
  it("are those of English, with the same places to fill in, and the forms that the language has for numbers", async () => {
    const texts = new Map(textsOf(await LANGUAGES[id].load()));
    const missing = [...english.keys()].filter((path) => !texts.has(sourceOf(path)));
    expect(missing, "missing").toEqual([]);
    expect(
      [...texts.keys()].filter((path) => !english.has(sourceOf(path))),
      "too many",
    ).toEqual([]);
    const forms = new Intl.PluralRules(id).resolvedOptions().pluralCategories;
    for (const [path, text] of texts) {
      expect(text.trim(), path).not.toBe("");
      const form = FORM.exec(path)?.[1] ?? "";
      const isPlural = sourceOf(path) !== path || form === "other";
      if (isPlural) expect(forms, path).toContain(form);
      const wanted = placesOf(english.get(sourceOf(path)) ?? "");
      // "Two photos" is one word in some languages.
      const isNamed = isPlural && ["zero", "one", "two"].includes(form) && !text.includes("{count}");
      expect(placesOf(text), path).toEqual(isNamed ? wanted.filter((name) => name !== "count") : wanted);
    }
  });

  it("are not left in English", async () => {
    const texts = textsOf(await LANGUAGES[id].load());
    const same = texts.filter(([path, text]) => english.get(path) === text && / [a-z]{3,} /.test(text));
    expect(same).toEqual([]);
  });
});

describe("the language", () => {
  it.each([
    [["de-AT", "en"], undefined, "de", "de-AT"],
    [["fr", "ar-EG", "en"], undefined, "ar", "ar-EG"],
    [["fr", "not a language"], undefined, "en", "en"],
    [["en-GB", "de"], "de", "de", "de"],
    [["en-GB"], "es", "es", "es"],
  ] as const)("of people who wish for %j and chose %s is %s", (wishes, chosen, id, region) => {
    expect(chooseLanguage(wishes, chosen)).toEqual({ id, locale: region });
  });

  it("comes into use with its direction, its plurals and its numbers", async () => {
    await speak(["ar-EG"]);
    expect([locale(), isRightToLeft()]).toEqual(["ar-EG-u-nu-latn", true]);
    const { photos } = words().count;
    expect([1, 2, 3, 11, 100].map((count) => fill(photos, { count }))).toEqual([
      "صورة واحدة",
      "صورتان",
      "3 صور",
      "11 صورة",
      "100 صورة",
    ]);
    await speak(["de-DE"]);
    expect(fill(words().count.photos, { count: 1200 })).toBe("1.200 Fotos");
    expect(isRightToLeft()).toBe(false);
  });
});
