import assert from "node:assert/strict";
import { test } from "node:test";
import { reading, shown, sizeOf, trendOf } from "../../src/analyst/figures.ts";
import { numbersFor } from "../../src/analyst/numbers.ts";
import { type Change, type Definition, type Overview, outcomesOf, percentages } from "../../src/analyst/report.ts";
import { cell, csv } from "../../src/analyst/table.ts";

const RATE: Definition = { name: "resolution", kind: "rate", unit: "episode", title: "Resolved", text: "", better: "high" };
const WAIT: Definition = { ...RATE, name: "queue_wait", kind: "duration", better: "low" };
const rate = (numerator: number, denominator: number) => ({ numerator, denominator, value: denominator ? numerator / denominator : null, low: 0.1, high: 0.9 });

function overview(changes: Record<string, Change> = {}): Overview {
  const figures = { episodes: 12, spam: 1, outcomes: { bot_assumed: 9, missed: 3 }, rates: { resolution: rate(9, 12) }, durations: { queue_wait: { n: 0, mean: null, p50: null, p90: null } } };
  return { ...figures, period: { from: "", to: "", time_zone: "UTC", days: 7 }, kb_version: "", as_of: "", open: 2, previous: { ...figures, episodes: 8, rates: { resolution: rate(4, 8) } }, changes, benchmarks: {}, behind: false };
}

test("percentages sum to exactly 100", () => {
  for (const counts of [[1, 1, 1], [7, 11, 13, 0, 2], [1, 999], [3, 3, 3, 3, 3, 3, 3]]) {
    const sum = percentages(counts).reduce((total, share) => total + Math.round(share * 10), 0);
    assert.equal(sum, 1000, String(counts));
  }
  assert.deepEqual(percentages([1, 1, 1]), [33.4, 33.3, 33.3]);
  assert.deepEqual(percentages([0, 0]), [0, 0]);
});

test("outcomes have a fixed order, and a new one is not lost", () => {
  const names = outcomesOf({ outcomes: { missed: 1, bot_assumed: 2, teleported: 4 } }).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ["bot_confirmed", "bot_assumed"]);
  assert.equal(names.at(-1), "teleported");
});

test("a share is read with both its numbers, and nothing counted is not zero", () => {
  const { value, n, of } = reading(overview(), RATE);
  assert.deepEqual([value, n, of], [0.75, 9, 12]);
  assert.equal(reading(overview(), WAIT).value, null);
  assert.equal(shown(numbersFor("en"), WAIT, null), "–");
  assert.equal(reading(overview(), { ...RATE, name: "episodes", kind: "number" }).value, 12);
});

test("a change is good or bad only when it is more than chance", () => {
  const change = { difference: 0.25, low: 0.1, high: 0.4, p: 0.01, significant: true };
  assert.equal(trendOf(overview({ resolution: change }), RATE)?.verdict, "good");
  assert.equal(trendOf(overview({ resolution: { ...change, difference: -0.25 } }), RATE)?.verdict, "bad");
  assert.equal(trendOf(overview({ resolution: change }), { ...RATE, better: "low" })?.verdict, "bad");
  assert.equal(trendOf(overview({ resolution: { ...change, significant: false } }), RATE)?.verdict, "neutral");
  assert.equal(trendOf({ ...overview(), previous: null }, RATE), null);
  assert.equal(trendOf(overview(), WAIT), null);
});

test("shares change by points, times by time, counts by a share", () => {
  const numbers = numbersFor("en");
  const points = (size: number): string => `${size} points`;
  assert.equal(sizeOf(numbers, { difference: -0.0312, kind: "points" }, points), "3.1 points");
  assert.equal(sizeOf(numbers, { difference: 75, kind: "seconds" }, points), "1m 15s");
  const episodes = trendOf(overview(), { ...RATE, name: "episodes", kind: "number" });
  assert.equal(episodes && sizeOf(numbers, episodes, points), "50.0%");
});

test("CSV quotes what has to be quoted, keeps numbers as numbers, and runs no formula", () => {
  const text = csv({ head: ["Topic", "n"], rows: [[cell('say "hi", now'), cell("1,234", 1234)], [cell("=1+1"), cell("–", null)], [cell("-2", -2)]] });
  assert.equal(text, 'Topic,n\r\n"say ""hi"", now",1234\r\n\'=1+1,\r\n-2\r\n');
});
