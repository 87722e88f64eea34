/** The sentences of console, dashboard and set-up page: one small file a language and app, loaded when it is known which. */
import type { Language } from "../shared/protocol.ts";
import { type Catalog, type Translate, translator } from "../shared/translate.ts";

export type StaffKey = Exclude<keyof typeof import("../../locales/staff.en.json"), "default">;
export type AgentKey = Exclude<keyof typeof import("../../locales/agent.en.json"), "default"> | StaffKey;

/** What only the pages of supervisors say. */
export type OfficeKey = Exclude<keyof typeof import("../../locales/staff-office.en.json"), "default">;

/** What is said of accounts: the second step of signing in, one's own account, everybody's. */
export type AccountKey = Exclude<keyof typeof import("../../locales/staff-account.en.json"), "default">;

/** What the page of the audit log says. */
export type AuditKey = Exclude<keyof typeof import("../../locales/staff-audit.en.json"), "default">;

type Load = () => Promise<{ default: Catalog }>;

const STAFF: Record<Language, Load> = {
  en: () => import("../../locales/staff.en.json"),
  es: () => import("../../locales/staff.es.json"),
  fr: () => import("../../locales/staff.fr.json"),
};
const AGENT: Record<Language, Load> = {
  en: () => import("../../locales/agent.en.json"),
  es: () => import("../../locales/agent.es.json"),
  fr: () => import("../../locales/agent.fr.json"),
};
const OFFICE: Record<Language, Load> = {
  en: () => import("../../locales/staff-office.en.json"),
  es: () => import("../../locales/staff-office.es.json"),
  fr: () => import("../../locales/staff-office.fr.json"),
};
const ACCOUNT: Record<Language, Load> = {
  en: () => import("../../locales/staff-account.en.json"),
  es: () => import("../../locales/staff-account.es.json"),
  fr: () => import("../../locales/staff-account.fr.json"),
};

const AUDIT: Record<Language, Load> = {
  en: () => import("../../locales/staff-audit.en.json"),
  es: () => import("../../locales/staff-audit.es.json"),
  fr: () => import("../../locales/staff-audit.fr.json"),
};

export async function loadCatalogs<Key extends string>(language: Language, ...apps: Record<Language, Load>[]): Promise<Translate<Key>> {
  const parts = await Promise.all([STAFF, ...apps].map((app) => app[language]()));
  return translator<Key>(Object.assign({}, ...parts.map((part) => part.default)) as Catalog<Key>, language);
}

export const loadStaff = (language: Language): Promise<Translate<StaffKey>> => loadCatalogs<StaffKey>(language);
export const loadAgent = (language: Language): Promise<Translate<AgentKey>> => loadCatalogs<AgentKey>(language, AGENT);
export const loadOffice = (language: Language): Promise<Translate<OfficeKey>> => loadCatalogs<OfficeKey>(language, OFFICE);
export const loadAccount = (language: Language): Promise<Translate<AccountKey | StaffKey>> => loadCatalogs<AccountKey | StaffKey>(language, ACCOUNT);
export const loadAudit = (language: Language): Promise<Translate<AuditKey>> => loadCatalogs<AuditKey>(language, AUDIT);
