/** What `GET /api/report` gives: the same as `parley report --json`. */
export interface Rate {
  numerator: number;
  denominator: number;
  /** Null without a denominator. */
  value: number | null;
  /** 95 % interval. */
  low: number | null;
  high: number | null;
}

/** Seconds. */
export interface Duration {
  n: number;
  mean: number | null;
  p50: number | null;
  p90: number | null;
}

export interface Figures {
  /** Ended episodes, without spam. */
  episodes: number;
  spam?: number;
  outcomes: Record<string, number>;
  rates: Record<string, Rate>;
  durations: Record<string, Duration>;
}

export interface Report extends Figures {
  period: { from: string; to: string; time_zone: string };
  kb_version: string;
  /** Episodes that are open now. */
  open: number;
  groups?: Record<string, Figures>;
}

/** Best first: what the assistant solved, what people solved, what is left open, what went wrong. */
export const OUTCOMES = [
  "bot_confirmed",
  "bot_assumed",
  "agent_resolved",
  "ticketed",
  "agent_unresolved",
  "missed",
  "abandoned_in_queue",
  "abandoned_in_bot",
] as const;

export const RATES = ["resolution", "bot_resolution", "handoff", "agent_resolution", "answered", "clarified", "failed", "helpful", "csat", "rating_response"] as const;

export const DURATIONS = ["first_response", "queue_wait", "agent_response", "resolution_time"] as const;

/** The outcomes of a period in a fixed order; names that a newer server adds come last. */
export function outcomesOf({ outcomes }: Figures): { name: string; count: number }[] {
  const known: readonly string[] = OUTCOMES;
  const names = [...known, ...Object.keys(outcomes).filter((name) => !known.includes(name))];
  return names.map((name) => ({ name, count: outcomes[name] ?? 0 }));
}

/** Percentages with one decimal that sum to exactly 100 (largest remainders), or zeros when there is nothing. */
export function percentages(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  if (!sum) return counts.map(() => 0);
  const exact = counts.map((count) => (count / sum) * 1000);
  const whole = exact.map(Math.floor);
  let left = 1000 - whole.reduce((total, value) => total + value, 0);
  const order = exact.map((value, index) => ({ index, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of order) {
    if (left-- <= 0) break;
    whole[index] = (whole[index] ?? 0) + 1;
  }
  return whole.map((value) => value / 10);
}

/** Every figure of every group as CSV: one line a group, decimals with a point, quotes doubled. */
export function csv(by: string, groups: Record<string, Figures>): string {
  const rows = Object.entries(groups);
  const outcomes = [...new Set(rows.flatMap(([, figures]) => Object.keys(figures.outcomes)))];
  const rates = [...new Set(rows.flatMap(([, figures]) => Object.keys(figures.rates)))];
  const head = [by, "episodes", ...outcomes, ...rates.flatMap((rate) => [rate, `${rate}_numerator`, `${rate}_denominator`])];
  const lines = rows.map(([name, { episodes, outcomes: counted, rates: shares }]) => [
    name,
    episodes,
    ...outcomes.map((outcome) => counted[outcome] ?? 0),
    ...rates.flatMap((rate) => [shares[rate]?.value ?? "", shares[rate]?.numerator ?? "", shares[rate]?.denominator ?? ""]),
  ]);
  return [head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A cell that a spreadsheet would run as a formula is put in words. */
function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
