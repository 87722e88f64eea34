/** What a shop sets up for its people: `GET/PUT /api/configuration`, and what the console reads out of it. */
import { fold } from "./fold.ts";
import type { Role } from "./protocol.ts";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** From and until, `HH:MM` on the shop's clock. */
export type Span = [string, string];

export interface Hours {
  time_zone: string;
  week: Record<Weekday, Span[]>;
  /** Date (`2026-12-25`) and name. */
  holidays: { date: string; name: string }[];
}

export interface Team {
  id?: string;
  name: string;
  /** Folders of the help center. */
  topics: string[];
  /** Null: the shop's own hours. */
  hours: Hours | null;
}

export interface CannedReply {
  id?: string;
  shortcut: string;
  language: string;
  text: string;
}

export interface Person {
  id: string;
  name: string;
  email: string;
  languages: string[];
  capacity: number;
  teams: string[];
  role: Role;
  disabled: boolean;
}

/** A report that goes out by mail again and again. */
export interface MailedReport {
  id?: string;
  every: "week" | "month";
  recipients: string[];
  language: string;
  time_zone: string;
}

export interface Configuration {
  version: number;
  hours: Hours | null;
  teams: Team[];
  canned_replies: CannedReply[];
  people: Person[];
  reports: MailedReport[];
  /** Folders of the help center. */
  topics?: string[];
}

export type Section = Exclude<keyof Configuration, "version" | "topics">;

/** Canned replies for what was typed after the slash: the shopper's language first, then what begins like it, then the rest. */
export function matching(replies: readonly CannedReply[], typed: string, language: string): CannedReply[] {
  const words = fold(typed);
  const rank = (reply: CannedReply): number => (reply.language === language ? 0 : 2) + (fold(reply.shortcut).startsWith(words) ? 0 : 1);
  return replies
    .filter((reply) => fold(`${reply.shortcut} ${reply.text}`).includes(words))
    .sort((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut) || a.language.localeCompare(b.language));
}

/** `{agent}` and its like, filled where it is known; the place of the first that is not. */
export function filled(text: string, values: Readonly<Record<string, string | null | undefined>>): { text: string; open: [number, number] | null } {
  const out = text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] || place);
  const found = /\{\w+\}/.exec(out);
  return { text: out, open: found ? [found.index, found.index + found[0].length] : null };
}

/** The word after a slash that is being typed at the cursor: at the start of the text or after a space. */
export function slashAt(text: string, cursor: number): { from: number; typed: string } | null {
  const found = /(?:^|\s)\/([^\s/]{0,40})$/.exec(text.slice(0, cursor));
  return found ? { from: cursor - (found[1] as string).length - 1, typed: found[1] as string } : null;
}
