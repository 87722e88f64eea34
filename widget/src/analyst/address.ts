/** What the page shows, as its address holds it: shared, kept, and walked through with back and forward. */
import { dayOf, length, real, shifted } from "./period.ts";

export const PAGES = ["overview", "painpoints", "drafts", "entries"] as const;
export type Page = (typeof PAGES)[number];
export const PRESETS = [7, 30, 90, 365] as const;
export const GROUPS = ["topic", "entry", "language", "agent", "team", "surface", "page"] as const;
export type Group = (typeof GROUPS)[number];
export const STEPS = ["day", "week", "month"] as const;
export type Step = (typeof STEPS)[number];
/** In the order in which they are offered. */
export const FILTERS = ["language", "topic", "entry", "outcome", "handoff_reason", "agent", "team", "surface", "page", "weekday", "hour"] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Partial<Record<Filter, readonly string[]>>;
export const DEFAULT_DAYS = 30;
export const MOST_DAYS = 1100;

/** The conversations that one mark counts: its metric, which part of it, and what narrows the page's own question. */
export interface List {
  metric: string;
  part?: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  filters?: Filters | undefined;
}

export interface Address {
  page: Page;
  /** A number of days that end today, or null with two days of one's own. */
  days: number | null;
  /** First and last day that count, `2026-11-21`. */
  from: string;
  to: string;
  zone: string;
  filters: Filters;
  /** Seconds, minutes; null: what the server assumes. */
  sla: string | null;
  minutes: string | null;
  /** What the chart over time shows. */
  metric: string;
  /** Null: what suits the length of the period. */
  step: Step | null;
  by: Group;
  list: List | null;
  /** `id` or `id:episode` of the transcript that is open. */
  conversation: string | null;
  /** The pain point or draft that is open. */
  item: string | null;
}

const one = <T extends string>(known: readonly T[], given: string | null): T | undefined => known.find((name) => name === given);

/** The reader's own time zone. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function isZone(zone: string | null): zone is string {
  try {
    return Boolean(zone) && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone as string }));
  } catch {
    return false;
  }
}

/** Today's day in a time zone. */
export function todayIn(zone: string, now = new Date()): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric" }).formatToParts(now);
  const [year, month, day] = (["year", "month", "day"] as const).map((type) => Number(parts.find((part) => part.type === type)?.value));
  return year && month && day ? dayOf(new Date(year, month - 1, day)) : dayOf(now);
}

function readFilters(query: URLSearchParams, prefix = ""): Filters {
  const found: Filters = {};
  for (const name of FILTERS) {
    const values = [...new Set(query.getAll(prefix + name))].filter(Boolean);
    if (values.length) found[name] = values;
  }
  return found;
}

function readList(query: URLSearchParams): List | null {
  const metric = query.get("list");
  if (!metric) return null;
  const given = (name: string): string | undefined => query.get(`list.${name}`) ?? undefined;
  return { metric, part: given("part"), min: given("min"), max: given("max"), from: given("from"), to: given("to"), filters: readFilters(query, "list.") };
}

/** Whatever is not understood gives what is usual. */
export function readAddress(search: string, zone = ownZone(), today?: string): Address {
  const query = new URLSearchParams(search);
  const asked = query.get("time_zone");
  const inZone = isZone(asked) ? asked : zone;
  const now = today ?? todayIn(inZone);
  const [from, to] = [query.get("from"), query.get("to")];
  const own = real(from) && real(to) && from <= to && length(from, to) <= MOST_DAYS;
  const days = own ? null : (PRESETS.find((preset) => preset === Number(query.get("days"))) ?? DEFAULT_DAYS);
  const number = (name: string, most: number): string | null => {
    const text = query.get(name);
    return text && Number(text) >= 0 && Number(text) <= most ? text : null;
  };
  return {
    page: one(PAGES, query.get("view")) ?? "overview",
    days,
    from: own ? from : shifted(now, 1 - (days ?? DEFAULT_DAYS)),
    to: own ? to : now,
    zone: inZone,
    filters: readFilters(query),
    sla: number("sla_seconds", 86_400),
    minutes: number("agent_minutes", 600),
    metric: query.get("metric") ?? "episodes",
    step: one(STEPS, query.get("step")) ?? null,
    by: one(GROUPS, query.get("by")) ?? "topic",
    list: readList(query),
    conversation: query.get("conversation"),
    item: query.get("item"),
  };
}

function put(query: URLSearchParams, values: Record<string, string | null | undefined>): void {
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
}

function putFilters(query: URLSearchParams, filters: Filters, prefix = ""): void {
  for (const name of FILTERS) for (const value of filters[name] ?? []) query.append(prefix + name, value);
}

/** The shortest address that reads back the same. */
export function writeAddress(address: Address, zone = ownZone()): string {
  const query = new URLSearchParams();
  if (address.page !== "overview") query.set("view", address.page);
  if (address.days === null) put(query, { from: address.from, to: address.to });
  else if (address.days !== DEFAULT_DAYS) query.set("days", String(address.days));
  put(query, { time_zone: address.zone === zone ? null : address.zone, sla_seconds: address.sla, agent_minutes: address.minutes });
  putFilters(query, address.filters);
  put(query, { metric: address.metric === "episodes" ? null : address.metric, step: address.step, by: address.by === "topic" ? null : address.by });
  if (address.list) {
    const { metric, part, min, max, from, to, filters = {} } = address.list;
    put(query, { list: metric, "list.part": part, "list.min": min, "list.max": max, "list.from": from, "list.to": to });
    putFilters(query, filters, "list.");
  }
  put(query, { conversation: address.conversation, item: address.item });
  const text = query.toString().replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text ? `?${text}` : "?";
}

/** What the server is asked for: the period, its zone, filters and assumptions. */
export function queryOf({ from, to, zone, filters, sla, minutes }: Address): URLSearchParams {
  const query = new URLSearchParams({ from, to, time_zone: zone });
  put(query, { sla_seconds: sla, agent_minutes: minutes });
  putFilters(query, filters);
  return query;
}

/** The same question, narrowed to what one mark counts. A mark's own filter replaces the page's of that name: it lies within. */
export function listQuery(address: Address, list: List): URLSearchParams {
  const query = queryOf({ ...address, from: list.from ?? address.from, to: list.to ?? address.to, filters: { ...address.filters, ...list.filters } });
  put(query, { metric: list.metric, part: list.part, min: list.min, max: list.max });
  return query;
}

/** A step that gives a chart between 5 and about 100 points. */
export function usualStep({ from, to, step }: Pick<Address, "from" | "to" | "step">): Step {
  const days = length(from, to);
  return step ?? (days <= 92 ? "day" : days <= 400 ? "week" : "month");
}
