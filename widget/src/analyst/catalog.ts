/** The dashboard's sentences. */
import type { Language } from "../shared/protocol.ts";
import type { Translate } from "../shared/translate.ts";
import { loadCatalogs, type StaffKey } from "../agent/catalogs.ts";

export type AnalystKey = Exclude<keyof typeof import("../../locales/analyst.en.json"), "default"> | StaffKey;

const ANALYST = {
  en: () => import("../../locales/analyst.en.json"),
  es: () => import("../../locales/analyst.es.json"),
  fr: () => import("../../locales/analyst.fr.json"),
};

export const loadAnalyst = (language: Language): Promise<Translate<AnalystKey>> => loadCatalogs<AnalystKey>(language, ANALYST);
