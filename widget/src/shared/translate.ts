/** Sentences in the reader's language: a catalog is one JSON file a language, plural forms by Intl.PluralRules. */
export type Sentence = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Catalog<Key extends string = string> = Record<Key, Sentence>;
export type Translate<Key extends string> = (key: Key, params?: Record<string, string | number>) => string;

/** `params.count` picks the plural form, and numbers are written as the locale does. */
export function translator<Key extends string>(catalog: Catalog<Key>, locale: string): Translate<Key> {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, params = {}) => {
    const sentence = catalog[key];
    const text = typeof sentence === "string" ? sentence : (sentence?.[rules.select(Number(params["count"] ?? 0))] ?? sentence?.other ?? key);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? whole);
    });
  };
}

/** The first wanted language that is there: `es-MX` finds `es`. */
export function pickLanguage<L extends string>(wanted: readonly string[], available: readonly L[]): L | undefined {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split(/[-_]/)[0];
    const found = available.find((candidate) => candidate === language);
    if (found) return found;
  }
  return undefined;
}
