/** What somebody chose at this browser: language, theme, sound, keys. Kept in localStorage, where it may be. */
import type { Language } from "../shared/protocol.ts";
import { type Shelf, shelf } from "../shared/storage.ts";
import { pickLanguage } from "../shared/translate.ts";
import { type Keys, storedKeys } from "./shortcuts.ts";

export const LANGUAGES: readonly Language[] = ["en", "es", "fr"];
/** Each in its own words, so that it is found by those who need it. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", es: "Español", fr: "Français" };

export type Theme = "system" | "light" | "dark";

export interface Preferences {
  language: Language;
  theme: Theme;
  sound: boolean;
  shortcuts: boolean;
  keys: Keys;
}

const NAMES: Record<keyof Preferences, string> = {
  language: "parley.language",
  theme: "parley.theme",
  sound: "parley.sound",
  shortcuts: "parley.shortcuts",
  keys: "parley.keys",
};

export function readPreferences(kept: Shelf = shelf("localStorage"), wanted: readonly string[] = navigator.languages): Preferences {
  const theme = kept.get(NAMES.theme);
  return {
    language: pickLanguage([kept.get(NAMES.language) ?? "", ...wanted], LANGUAGES) ?? "en",
    theme: theme === "light" || theme === "dark" ? theme : "system",
    sound: kept.get(NAMES.sound) !== "off",
    shortcuts: kept.get(NAMES.shortcuts) !== "off",
    keys: storedKeys(kept.get(NAMES.keys)),
  };
}

export function keepPreference<Name extends keyof Preferences>(name: Name, value: Preferences[Name], kept: Shelf = shelf("localStorage")): void {
  const text = typeof value === "boolean" ? (value ? "on" : "off") : typeof value === "string" ? value : JSON.stringify(value);
  kept.set(NAMES[name], text);
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** The reader's own region of the chosen language: times and dates as at home. */
export const regional = (language: Language, wanted: readonly string[] = navigator.languages): string => wanted.find((tag) => tag.split("-")[0] === language) ?? language;
