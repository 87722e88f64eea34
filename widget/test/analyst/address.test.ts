import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, listQuery, queryOf, readAddress, todayIn, usualStep, writeAddress } from "../../src/analyst/address.ts";
import { length, previous, shifted } from "../../src/analyst/period.ts";

const TODAY = "2026-11-21";
const read = (search: string): Address => readAddress(search, "Europe/Madrid", TODAY);

test("an address without anything is the last 30 days of the reader's zone", () => {
  const { days, from, to, zone, page, metric, by } = read("");
  assert.deepEqual({ days, from, to, zone, page, metric, by }, { days: 30, from: "2026-10-23", to: TODAY, zone: "Europe/Madrid", page: "overview", metric: "episodes", by: "topic" });
  assert.equal(writeAddress(read(""), "Europe/Madrid"), "?");
});

test("whatever is on the page is in its address, and reads back the same", () => {
  for (const search of [
    "?days=90",
    "?from=2026-01-30&to=2026-02-02",
    "?days=7&time_zone=America/Bogota&sla_seconds=30&agent_minutes=4.5",
    "?language=es&language=fr&topic=shipping&outcome=missed&weekday=0&hour=13",
    "?metric=queue_wait&step=week&by=agent",
    "?list=resolution&list.part=assumed&list.from=2026-11-03&list.to=2026-11-03&list.weekday=2",
    "?list=queue_wait&list.min=60&list.max=120&conversation=abc:2",
    "?view=painpoints&item=k1",
  ]) {
    assert.equal(writeAddress(read(search), "Europe/Madrid"), search);
    assert.deepEqual(read(writeAddress(read(search), "Europe/Madrid")), read(search));
  }
});

test("what cannot be gives what is usual", () => {
  for (const search of ["?from=2026-02-02&to=2026-01-30", "?from=2026-02-30&to=2026-03-01", "?days=8", "?from=x&to=y", "?from=2020-01-01&to=2026-01-01", "?by=shoe&step=hour&view=nowhere", "?time_zone=Mars/Olympus", "?sla_seconds=-1"]) {
    assert.deepEqual(read(search), read(""), search);
  }
});

test("a mark narrows the page's question", () => {
  const address = read("?language=en&language=es&days=7");
  assert.equal(queryOf(address).toString(), "from=2026-11-15&to=2026-11-21&time_zone=Europe%2FMadrid&language=en&language=es");
  const query = listQuery(address, { metric: "resolution", part: "numerator", from: "2026-11-16", to: "2026-11-16", filters: { language: ["es"] } });
  assert.deepEqual(query.getAll("language"), ["es"]);
  assert.deepEqual([query.get("from"), query.get("to"), query.get("metric"), query.get("part")], ["2026-11-16", "2026-11-16", "resolution", "numerator"]);
});

test("today is a day of the zone", () => {
  const late = new Date("2026-11-21T23:30:00Z");
  assert.deepEqual(["UTC", "Europe/Madrid", "America/Bogota"].map((zone) => todayIn(zone, late)), ["2026-11-21", "2026-11-22", "2026-11-21"]);
});

test("the period before has the same length and touches it, over a clock change, too", () => {
  const before = previous({ from: "2026-10-20", to: "2026-11-02" });
  assert.deepEqual(before, { from: "2026-10-06", to: "2026-10-19" });
  assert.equal(length(before.from, before.to), 14);
  assert.equal(shifted("2026-03-01", -1), "2026-02-28");
});

test("the usual step leaves a readable number of points", () => {
  assert.deepEqual([["2026-11-01", "2026-11-30"], ["2026-01-01", "2026-11-30"], ["2024-01-01", "2026-11-30"]].map(([from = "", to = ""]) => usualStep({ from, to, step: null })), ["day", "week", "month"]);
});
