/** One way to read, write and compare figures of every kind. */
import { DASH, type Numbers } from "./numbers.ts";
import type { Definition, Figures, Overview } from "./report.ts";

export interface Reading {
  /** Null: there was nothing to count. */
  value: number | null;
  low: number | null;
  high: number | null;
  /** Cases; of a rate the numerator. */
  n: number;
  /** Of a rate the denominator. */
  of: number | null;
  parts?: { confirmed: number; assumed: number } | undefined;
}

const NOTHING: Reading = { value: null, low: null, high: null, n: 0, of: null };

/** A duration is read as its median, messages as their mean. */
export function reading(figures: Figures | null | undefined, { name, kind }: Pick<Definition, "name" | "kind">): Reading {
  if (!figures) return NOTHING;
  switch (kind) {
    case "rate": {
      const rate = figures.rates[name];
      return rate ? { value: rate.value, low: rate.low, high: rate.high, n: rate.numerator, of: rate.denominator, parts: rate.parts } : NOTHING;
    }
    case "duration": {
      const found = figures.durations[name];
      return found?.n ? { value: found.p50, low: found.p50_low ?? null, high: found.p50_high ?? null, n: found.n, of: null } : NOTHING;
    }
    case "count": {
      const found = figures.counts?.[name];
      return found?.n ? { value: found.mean, low: found.mean_low ?? null, high: found.mean_high ?? null, n: found.n, of: null } : NOTHING;
    }
    case "score": {
      const found = figures.scores?.[name];
      return found?.n ? { value: found.value, low: found.low, high: found.high, n: found.n, of: null } : NOTHING;
    }
    case "number":
      return plain(figures, name);
  }
}

function plain(figures: Figures, name: string): Reading {
  const exact = (value: number, n = value): Reading => ({ value, low: null, high: null, n, of: null });
  if (name === "cost_avoided") {
    const saved = figures.cost_avoided;
    return saved ? exact(saved.minutes, (figures.outcomes["bot_confirmed"] ?? 0) + (figures.outcomes["bot_assumed"] ?? 0)) : NOTHING;
  }
  const value = (figures as unknown as Record<string, unknown>)[name];
  return typeof value === "number" ? exact(value) : NOTHING;
}

/** The value as people read it. */
export function shown(numbers: Numbers, { name, kind }: Pick<Definition, "name" | "kind">, value: number | null): string {
  if (value === null) return DASH;
  if (kind === "rate") return numbers.share(value);
  if (kind === "duration") return numbers.duration(value);
  if (kind === "score") return numbers.signed(value);
  if (kind === "count") return numbers.decimal(value);
  return name === "cost_avoided" ? numbers.hours(value * 60) : numbers.whole(value);
}

export interface Trend {
  /** Share points, seconds, or a share of what was there before. */
  difference: number;
  low: number | null;
  high: number | null;
  kind: "points" | "seconds" | "share" | "score";
  direction: "up" | "down" | "same";
  /** Whether it is more than chance; null where nobody can say. */
  significant: boolean | null;
  verdict: "good" | "bad" | "neutral";
}

/** How a figure moved since the period before; null when there is nothing to compare with. */
export function trendOf(overview: Overview, definition: Definition): Trend | null {
  if (!overview.previous) return null;
  const [now, before] = [reading(overview, definition).value, reading(overview.previous, definition).value];
  if (now === null || before === null) return null;
  const change = overview.changes[definition.name];
  if (definition.kind === "rate" || definition.kind === "duration") {
    if (!change || change.difference === null) return null;
    const kind = definition.kind === "rate" ? "points" : "seconds";
    return judged({ difference: change.difference, low: change.low, high: change.high, kind }, change.significant, definition.better);
  }
  if (definition.kind === "score") return judged({ difference: now - before, low: null, high: null, kind: "score" }, null, definition.better);
  return before > 0 ? judged({ difference: (now - before) / before, low: null, high: null, kind: "share" }, null, definition.better) : null;
}

function judged(found: Pick<Trend, "difference" | "low" | "high" | "kind">, significant: boolean | null, better: Definition["better"]): Trend {
  const least = found.kind === "points" || found.kind === "share" ? 0.0005 : 0.05;
  const direction = Math.abs(found.difference) < least ? "same" : found.difference > 0 ? "up" : "down";
  const counts = significant === true && direction !== "same" && better !== null;
  return { ...found, significant, direction, verdict: !counts ? "neutral" : (direction === "up") === (better === "high") ? "good" : "bad" };
}

/** The size of a trend without its direction. */
export function sizeOf(numbers: Numbers, { difference, kind }: Pick<Trend, "difference" | "kind">, points: (size: number) => string): string {
  const size = Math.abs(difference);
  if (kind === "points") return points(Math.round(size * 1000) / 10);
  if (kind === "score") return points(Math.round(size * 10) / 10);
  return kind === "seconds" ? numbers.duration(size) : numbers.share(size);
}
