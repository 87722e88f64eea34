/** Names of things that come from data: languages, reasons, statuses, topics. */
import type { Translate } from "../../shared/translate.ts";
import type { AgentKey } from "../catalogs.ts";
import type { Row } from "../protocol.ts";

export const capital = (text: string, locale: string): string => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

/** "Spanish" in the reader's language, as it is written within a sentence; an odd tag stays as it is. */
export function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A sentence by a key made of data; what the catalog does not know is shown as it is, readably. */
export function named(t: Translate<AgentKey>, prefix: string, value: string): string {
  const key = `${prefix}_${value}` as AgentKey;
  const text = t(key);
  return text === key ? readable(value) : text;
}

/** `order_status` and `delivery/late-parcel` for people. */
export const readable = (name: string): string => {
  const words = (name.split("/").at(-1) ?? name).replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Who has the word in a conversation, in a few words. */
export function statusLine(t: Translate<AgentKey>, row: Row, me: string): string {
  switch (row.status) {
    case "agent":
      return row.agent_id === me ? t("status_mine") : t("status_agent", { name: row.agent_name ?? t("somebody") });
    case "bot":
      return t("status_bot");
    case "waiting":
      return t("status_waiting");
    default:
      return row.disposition ? named(t, "status_resolved", row.disposition) : t("status_closed");
  }
}

export const percent = (share: number, locale: string): string => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);
