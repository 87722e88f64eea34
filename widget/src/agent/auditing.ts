/** The audit log as the server tells it, and what an entry says beside its action. */
import type { Translate } from "../shared/translate.ts";
import type { AuditKey } from "./catalogs.ts";

export interface Entry {
  number: number;
  at: string;
  action: string;
  agent_id: string | null;
  agent: string | null;
  about: string | null;
  about_name: string | null;
  data: Record<string, unknown>;
}

/** `GET /api/audit` */
export interface Told {
  rows: Entry[];
  next: number | null;
  people: { id: string; name: string }[];
}

/** `GET /api/audit/check` */
export interface Checked {
  rows: number;
  broken: number | null;
}

/** Empty: not asked for. */
export interface Filter {
  person: string;
  action: string;
  from: string;
  to: string;
}

export const NO_FILTER: Filter = { person: "", action: "", from: "", to: "" };

export const ACTIONS = [
  "signed_in",
  "sign_in_failed",
  "sign_in_locked",
  "signed_out",
  "session_ended",
  "transcript_read",
  "personal_data_opened",
  "exported",
  "erased",
  "retention_run",
  "person_changed",
  "configuration_changed",
  "kb_published",
  "audit_pruned",
] as const;

const ABOUT_CONVERSATIONS: readonly string[] = ["transcript_read", "personal_data_opened"];
const BY_NOBODY: readonly string[] = ["sign_in_failed", "sign_in_locked"];
const COUNTS = ["ended", "conversations", "visitors", "files", "rows"] as const;

/** What stands behind the `?`; days are the reader's own. */
export function asked(filter: Filter, before: number | null = null): string {
  const parts = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  if (filter.from || filter.to) parts.set("time_zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (before !== null) parts.set("before", String(before));
  return parts.toString();
}

const readable = (word: string): string => word.replaceAll("_", " ");

function said(t: Translate<AuditKey>, prefix: string, word: string): string {
  const key = `${prefix}_${word}` as AuditKey;
  const text = t(key);
  return text === key ? readable(word) : text;
}

export const actionOf = (t: Translate<AuditKey>, entry: Entry): string => said(t, "action", entry.action);

/** Counts and words of closed lists, in the reader's language. */
export function detailsOf(t: Translate<AuditKey>, { data }: Entry): string {
  const words: string[] = [];
  if (typeof data["what"] === "string") words.push(said(t, "detail", data["what"]));
  if (Array.isArray(data["changed"])) words.push(...data["changed"].map((name) => said(t, "detail", String(name))));
  if (typeof data["role"] === "string") words.push(said(t, "role", data["role"]));
  for (const name of ["unmasked", "coded"] as const) if (data[name] === true) words.push(t(`detail_${name}`));
  for (const name of COUNTS) {
    const count = data[name];
    if (typeof count === "number") words.push(t(`count_${name}`, { count }));
  }
  if (Array.isArray(data["languages"])) words.push(data["languages"].map((language) => String(language).toUpperCase()).join(" "));
  return words.join(", ");
}

/** Who did it; what nobody signed in did is somebody's try, or the program's own work. */
export function byWhom(t: Translate<AuditKey>, entry: Entry): string {
  if (entry.agent) return entry.agent;
  if (entry.agent_id) return t("by_gone");
  return t(BY_NOBODY.includes(entry.action) ? "by_nobody" : "by_system");
}

/** The conversation that an entry is about, if it is about one. */
export const conversationOf = (entry: Entry): string | null => (entry.about && ABOUT_CONVERSATIONS.includes(entry.action) ? entry.about : null);
