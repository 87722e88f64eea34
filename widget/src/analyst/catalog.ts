/** The dashboard's sentences: what the first sight needs, and the rest with the parts that are loaded later. */
import type { Language } from "../shared/protocol.ts";
import type { Translate } from "../shared/translate.ts";
import { loadCatalogs, type StaffKey } from "../agent/catalogs.ts";

export type AnalystKey = Exclude<keyof typeof import("../../locales/analyst.en.json"), "default"> | StaffKey;
export type LaterKey = Exclude<keyof typeof import("../../locales/analyst-later.en.json"), "default"> | AnalystKey;

const ANALYST = {
  en: () => import("../../locales/analyst.en.json"),
  es: () => import("../../locales/analyst.es.json"),
  fr: () => import("../../locales/analyst.fr.json"),
};
const LATER = {
  en: () => import("../../locales/analyst-later.en.json"),
  es: () => import("../../locales/analyst-later.es.json"),
  fr: () => import("../../locales/analyst-later.fr.json"),
};

export const loadAnalyst = (language: Language): Promise<Translate<AnalystKey>> => loadCatalogs<AnalystKey>(language, ANALYST);
export const loadLater = (language: Language): Promise<Translate<LaterKey>> => loadCatalogs<LaterKey>(language, ANALYST, LATER);
