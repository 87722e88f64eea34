import assert from "node:assert/strict";
import { test } from "node:test";
import { ceiling } from "../../src/analyst/chart.tsx";
import { daysIn, length, previous, readChoice, shifted, writeChoice } from "../../src/analyst/period.ts";
import { csv, type Figures, outcomesOf, percentages } from "../../src/analyst/report.ts";

const TODAY = "2026-11-21";
const figures = (given: Partial<Figures> = {}): Figures => ({ episodes: 3, outcomes: { bot_assumed: 2, missed: 1 }, rates: {}, durations: {}, ...given });

test("percentages sum to exactly 100", () => {
  for (const counts of [[1, 1, 1], [7, 11, 13, 0, 2], [1, 999], [3, 3, 3, 3, 3, 3, 3]]) {
    const sum = percentages(counts).reduce((total, share) => total + Math.round(share * 10), 0);
    assert.equal(sum, 1000, String(counts));
  }
  assert.deepEqual(percentages([1, 1, 1]), [33.4, 33.3, 33.3]);
  assert.deepEqual(percentages([0, 0]), [0, 0]);
});

test("outcomes have a fixed order, and a new one is not lost", () => {
  const names = outcomesOf(figures({ outcomes: { missed: 1, bot_assumed: 2, teleported: 4 } })).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ["bot_confirmed", "bot_assumed"]);
  assert.equal(names.at(-1), "teleported");
});

test("the address holds the period and the grouping", () => {
  assert.deepEqual(readChoice("", TODAY), { days: 30, from: "2026-10-23", to: TODAY, by: "language" });
  assert.deepEqual(readChoice("?days=7&by=topic", TODAY), { days: 7, from: "2026-11-15", to: TODAY, by: "topic" });
  const own = readChoice("?from=2026-01-30&to=2026-02-02&by=agent", TODAY);
  assert.equal(own.days, null);
  assert.deepEqual(daysIn(own), ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]);
  assert.deepEqual(readChoice(writeChoice(own), TODAY), own);
  assert.equal(writeChoice(readChoice("?days=90", TODAY)), "?days=90");
});

test("a period that cannot be gives the usual one", () => {
  for (const search of ["?from=2026-02-02&to=2026-01-30", "?from=2026-02-30&to=2026-03-01", "?days=8", "?from=x&to=y", "?by=shoe"]) {
    assert.equal(readChoice(search, TODAY).days, 30, search);
    assert.equal(readChoice(search, TODAY).by, "language", search);
  }
});

test("the period before has the same length and touches it, over a clock change, too", () => {
  const before = previous({ from: "2026-10-20", to: "2026-11-02" });
  assert.deepEqual(before, { from: "2026-10-06", to: "2026-10-19" });
  assert.equal(length(before.from, before.to), 14);
  assert.equal(shifted("2026-03-01", -1), "2026-02-28");
});

test("an axis ends at a round number at or above the largest value", () => {
  assert.deepEqual([1, 3, 5, 9, 17, 81, 412].map(ceiling), [1, 4, 5, 10, 20, 100, 500]);
});

test("CSV quotes what has to be quoted and runs no formula", () => {
  const text = csv("topic", { 'say "hi", now': figures(), "=1+1": figures({ rates: { csat: { numerator: 1, denominator: 4, value: 0.25, low: 0.1, high: 0.6 } } }) });
  const [head, first, second] = text.split("\r\n");
  assert.equal(head, "topic,episodes,bot_assumed,missed,csat,csat_numerator,csat_denominator");
  assert.equal(first, '"say ""hi"", now",3,2,1,,,');
  assert.equal(second, "'=1+1,3,2,1,0.25,1,4");
});
