/** The period and the grouping, as the page's address holds them. Days are calendar days of the reader's time zone. */
export const GROUPS = ["language", "topic", "agent"] as const;
export type Group = (typeof GROUPS)[number];
export const PRESETS = [7, 30, 90] as const;

export interface Choice {
  /** A number of days that end today, or two days of one's own. */
  days: number | null;
  /** First and last day that count, `2026-11-21`. */
  from: string;
  to: string;
  by: Group;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MILLISECONDS = 86_400_000;

/** A local calendar day as `2026-11-21`. */
export function dayOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Days are counted at noon UTC, where no clock change can lose one. */
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

export const shifted = (day: string, days: number): string => new Date(noon(day) + days * DAY_MILLISECONDS).toISOString().slice(0, 10);

/** Both days included. */
export const length = (from: string, to: string): number => Math.round((noon(to) - noon(from)) / DAY_MILLISECONDS) + 1;

const real = (day: string | null): day is string => day !== null && DAY.test(day) && !Number.isNaN(noon(day)) && shifted(day, 0) === day;

export function readChoice(search: string, today: string): Choice {
  const query = new URLSearchParams(search);
  const by = GROUPS.find((group) => group === query.get("by")) ?? "language";
  const [from, to] = [query.get("from"), query.get("to")];
  if (real(from) && real(to) && from <= to) return { days: null, from, to, by };
  const asked = Number(query.get("days"));
  const days = PRESETS.find((preset) => preset === asked) ?? 30;
  return { days, from: shifted(today, 1 - days), to: today, by };
}

export function writeChoice({ days, from, to, by }: Choice): string {
  const period = days === null ? { from, to } : { days: String(days) };
  return `?${new URLSearchParams({ ...period, ...(by === "language" ? {} : { by }) })}`;
}

/** The period of the same length right before. */
export function previous({ from, to }: Pick<Choice, "from" | "to">): { from: string; to: string } {
  const days = length(from, to);
  return { from: shifted(from, -days), to: shifted(from, -1) };
}

/** Every day of a period, so that one without a conversation has its place in the chart. */
export const daysIn = ({ from, to }: Pick<Choice, "from" | "to">): string[] => Array.from({ length: length(from, to) }, (_, index) => shifted(from, index));
