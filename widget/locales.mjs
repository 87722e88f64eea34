// The languages, and the check that every sentence of every app is there in each of them.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const LANGUAGES = ["en", "es", "fr"];

/** Faults of the catalogs: a key that one language misses or has alone, a plural form or a placeholder that is missing. */
export function localeFaults(folder) {
  const faults = [];
  const read = (app, language) => JSON.parse(readFileSync(join(folder, `${app}.${language}.json`), "utf8"));
  const apps = new Set(readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => name.split(".")[0]));
  const placeholders = (message) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort().join(" ");
  for (const app of apps) {
    const missing = LANGUAGES.filter((language) => !existsSync(join(folder, `${app}.${language}.json`)));
    if (missing.length) {
      faults.push(`locales/${app}: expected ${LANGUAGES.join(", ")}, missing ${missing.join(", ")}`);
      continue;
    }
    const catalogs = LANGUAGES.map((language) => [language, read(app, language)]);
    const keys = new Set(catalogs.flatMap(([, catalog]) => Object.keys(catalog)));
    for (const [language, catalog] of catalogs) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const key of keys) {
        const where = `locales/${app}.${language}.json: ${key}`;
        const message = catalog[key];
        const english = catalogs[0][1][key];
        if (message === undefined || message === "") faults.push(`${where}: missing`);
        else if (typeof message !== typeof english) faults.push(`${where}: expected ${typeof english === "string" ? "a sentence" : "plural forms"} as in English`);
        else if (placeholders(message) !== placeholders(english)) faults.push(`${where}: expected placeholders ${placeholders(english) || "none"}, got ${placeholders(message) || "none"}`);
        else if (typeof message === "object") for (const form of forms) if (!message[form]) faults.push(`${where}: missing plural form "${form}"`);
      }
    }
  }
  return faults;
}
