/** What the address says is on the screen: reload, back and bookmarks work. */
import type { Section } from "./configuration.ts";

export const SECTIONS = ["teams", "people", "hours", "canned_replies", "reports"] as const satisfies readonly Section[];

/** What only admins have beside them. */
export const ADMIN_SECTIONS = ["accounts", "audit"] as const;
export type AdminSection = (typeof ADMIN_SECTIONS)[number];

export type Route = { page: "inbox"; id: string | null } | { page: "ticket"; id: string } | { page: "supervision" } | { page: "settings"; section: Section | AdminSection } | { page: "account" };

const ID = "([0-9a-f-]{36})";
const CONVERSATION = new RegExp(`^#/${ID}$`);
const TICKET = new RegExp(`^#/tickets/${ID}$`);

export function routeOf(hash: string): Route {
  const ticket = TICKET.exec(hash)?.[1];
  if (ticket) return { page: "ticket", id: ticket };
  if (hash === "#/supervision") return { page: "supervision" };
  if (hash === "#/account") return { page: "account" };
  const section = /^#\/settings\/(\w+)$/.exec(hash)?.[1];
  if (section) return { page: "settings", section: [...SECTIONS, ...ADMIN_SECTIONS].find((name) => name === section) ?? "teams" };
  return { page: "inbox", id: CONVERSATION.exec(hash)?.[1] ?? null };
}
