/** What the server counts. `bot/analytics` is the home of these shapes and of what they mean. */
export interface Rate {
  numerator: number;
  denominator: number;
  /** Null without a denominator. */
  value: number | null;
  /** 95 % interval. */
  low: number | null;
  high: number | null;
  /** Where confirmed and assumed are added up: both. */
  parts?: { confirmed: number; assumed: number };
}

/** Seconds, or messages. Intervals come with the overview only. */
export interface Summary {
  n: number;
  mean: number | null;
  p50: number | null;
  p90: number | null;
  mean_low?: number | null;
  mean_high?: number | null;
  p50_low?: number | null;
  p50_high?: number | null;
  p90_low?: number | null;
  p90_high?: number | null;
}

/** A net promoter score, -100 to 100. */
export interface Score {
  n: number;
  promoters: number;
  passives: number;
  detractors: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface CostAvoided {
  minutes: number;
  confirmed_minutes: number;
  assumed_minutes: number;
  agent_minutes: number;
  basis: "given" | "measured" | "assumed";
}

export interface Figures {
  /** Ended episodes, without spam. */
  episodes: number;
  spam?: number;
  outcomes: Record<string, number>;
  revised?: number;
  rates: Record<string, Rate>;
  durations: Record<string, Summary>;
  counts?: Record<string, Summary>;
  scores?: Record<string, Score>;
  cost_avoided?: CostAvoided;
}

export interface Change {
  difference: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  significant: boolean;
}

export interface Overview extends Figures {
  period: { from: string; to: string; time_zone: string; days: number };
  kb_version: string;
  as_of: string;
  /** Episodes that are open now. */
  open: number;
  previous: Figures | null;
  changes: Record<string, Change>;
  benchmarks: Record<string, number>;
  behind: boolean;
}

export type Point = Figures & { start: string };
export interface Series {
  step: string;
  points: Point[];
  previous: Point[];
}

export interface Load {
  online_seconds: number;
  handle_seconds: number;
  /** Share of the time online; null when never online. */
  busy: number | null;
  most_at_once: number;
}

export interface GroupFigures {
  key: string;
  title: string;
  figures: Figures;
  previous_episodes: number;
  load?: Load;
}

export interface Heat {
  /** Monday first, 24 hours each. */
  cells: number[][];
  handoffs: number[][];
}

export type Choices = Record<string, { key: string; title: string; episodes: number }[]>;

export interface Definition {
  name: string;
  kind: "rate" | "duration" | "count" | "score" | "number";
  unit: string;
  title: string;
  text: string;
  better: "high" | "low" | null;
  assumptions?: string[];
  /** Of a share that adds them up: `confirmed`, `assumed`. */
  parts?: string[];
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

/** The outcomes of a period in a fixed order; names that a newer server adds come last. */
export function outcomesOf({ outcomes }: Pick<Figures, "outcomes">): { name: string; count: number }[] {
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
