import { signal } from "@preact/signals";
import { en } from "./en/index.js";
import { numberFormat } from "./number-format.js";

/** A text in the forms that a language has for numbers; `count` chooses one. */
export type Plural = { readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string };

type Translated<T> = T extends string
  ? string
  : T extends { readonly other: string }
    ? Plural
    : { readonly [K in keyof T]: Translated<T[K]> };

/** The texts of a language: all that English has, with the same places to fill in. */
export type Catalogue = Translated<typeof en>;

type Places<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;

/** What a text wants to be filled in. */
type Values<T extends string | Plural> = {
  readonly [Name in T extends Plural ? "count" | Places<T["other"]> : T extends string ? Places<T> : never]:
    | (Name extends "count" ? number : never)
    | string
    | number;
};

interface Language {
  /** BCP 47, with the region and the digits that numbers are written in: `de-AT`, `ar-EG-u-nu-latn`. */
  readonly locale: string;
  readonly isRightToLeft: boolean;
  readonly catalogue: typeof en;
}

const current = signal<Language>({ locale: "en", isRightToLeft: false, catalogue: en });

/** Takes a language into use; what is on screen follows. */
export function takeCatalogue(locale: string, catalogue: Catalogue, isRightToLeft = false): void {
  // Places have the types of English; that the texts have the same ones, a test says.
  current.value = { locale, isRightToLeft, catalogue: catalogue as typeof en };
}

/** All texts, in the language in use. */
export function words(): typeof en {
  return current.value.catalogue;
}

/** For `Intl`. */
export function locale(): string {
  return current.value.locale;
}

export function isRightToLeft(): boolean {
  return current.value.isRightToLeft;
}

/** Fills in a text. Numbers are written as the language does; `count` chooses the form of a plural. */
export function fill<T extends string | Plural>(text: T, values: Values<T>): string {
  const { locale: language, isRightToLeft: isIsolated } = current.value;
  const given: Readonly<Record<string, string | number>> = values;
  return formOf(text, language, given.count).replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = given[name];
    if (value === undefined) return place;
    if (typeof value === "number") return numberFormat(language).format(value);
    // A name keeps its own direction: between the signs for the first strong isolate and its end.
    return isIsolated ? `\u2068${value}\u2069` : value;
  });
}

function formOf(text: string | Plural, language: string, count: string | number | undefined): string {
  if (typeof text === "string") return text;
  return text[new Intl.PluralRules(language).select(Number(count))] ?? text.other;
}
