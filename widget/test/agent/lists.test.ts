import assert from "node:assert/strict";
import { test } from "node:test";
import { newlyWaiting, pageTitle } from "../../src/agent/alerts.ts";
import { counts, listed, neighbour, type Shelved, unread, unreadOfMine } from "../../src/agent/lists.ts";
import type { Row } from "../../src/agent/protocol.ts";
import { at, row, waiting } from "./people.ts";

const shelved = (rows: Row[], given: Partial<Shelved> = {}): Shelved => ({ rows: Object.fromEntries(rows.map((each) => [each.id, each])), queue: [], seen: {}, me: "amir", ...given });
const ids = (rows: Row[]): string[] => rows.map((each) => each.id);

const DESK = shelved(
  [
    row("a", { status: "agent", agent_id: "amir", last_seq: 4, updated_at: at(1) }),
    row("b", { status: "agent", agent_id: "amir", last_seq: 9, updated_at: at(5) }),
    row("c", { status: "agent", agent_id: "beth", updated_at: at(2) }),
    row("d", { status: "bot", updated_at: at(3) }),
    row("e", { status: "resolved", updated_at: at(9) }),
    row("w", { status: "waiting", updated_at: at(4) }),
  ],
  { queue: [waiting("w")], seen: { a: 2, b: 9 } },
);

test("each list holds what it says", () => {
  assert.deepEqual(counts(DESK), { mine: 2, waiting: 1, all: 6, bot: 1 });
  assert.deepEqual(ids(listed("bot", DESK)), ["d"]);
  assert.deepEqual(ids(listed("waiting", DESK)), ["w"]);
});

test("in mine, who waits for an answer comes first", () => {
  assert.deepEqual(ids(listed("mine", DESK)), ["a", "b"]);
});

test("in all, what is over comes last although it changed last", () => {
  assert.deepEqual(ids(listed("all", DESK)), ["b", "w", "d", "c", "a", "e"]);
});

test("the queue's own order holds: first come, first shown", () => {
  const rows = [row("late", { status: "waiting" }), row("early", { status: "waiting" })];
  assert.deepEqual(ids(listed("waiting", shelved(rows, { queue: [waiting("early", 1), waiting("late", 5)] }))), ["early", "late"]);
});

test("unread counts from what was last looked at; unknown, the shopper's last word counts as one", () => {
  assert.equal(unread(row("a", { last_seq: 4 }), { a: 2 }), 2);
  assert.equal(unread(row("a", { last_seq: 4 }), { a: 7 }), 0);
  assert.equal(unread(row("a", { last: { author: "shopper", text: "?" } }), {}), 1);
  assert.equal(unread(row("a", { last: { author: "agent", text: "." } }), {}), 0);
  assert.equal(unreadOfMine(DESK), 2);
});

test("next and previous stop at the ends and start from nothing", () => {
  const rows = listed("all", DESK);
  assert.equal(neighbour(rows, null, 1), "b");
  assert.equal(neighbour(rows, null, -1), "e");
  assert.equal(neighbour(rows, "b", 1), "w");
  assert.equal(neighbour(rows, "b", -1), "b");
  assert.equal(neighbour(rows, "e", 1), "e");
  assert.equal(neighbour([], null, 1), null);
});

test("only a hand-off that was not there before calls the agent", () => {
  const [one, two] = [waiting("one"), waiting("two")];
  assert.deepEqual(newlyWaiting([one, two], [one]), [two]);
  assert.deepEqual(newlyWaiting([one], [one, two]), []);
  assert.equal(pageTitle("Console", 0), "Console");
  assert.equal(pageTitle("Console", 3), "(3) Console");
});
