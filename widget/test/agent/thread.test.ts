import assert from "node:assert/strict";
import { test } from "node:test";
import { contiguous, emptyThread, hasGap, items, merge, mergeNotes, type Thread } from "../../src/agent/thread.ts";
import type { Note } from "../../src/agent/protocol.ts";
import { at, message } from "./people.ts";

const note = (id: string, minutes: number): Note => ({ id, conversation_id: "carol", name: "Beth", text: id, at: at(minutes) });
const thread = (given: Partial<Thread>): Thread => ({ ...emptyThread, phase: "ready", ...given });
const kinds = (of: Thread, outgoing: Parameters<typeof items>[1] = []): string[] => items(of, outgoing).map((item) => (item.kind === "day" ? "day" : item.key));

test("messages are held in the order of seq, each once, however they came", () => {
  const known = merge(merge([], [message(3), message(1)]), [message(2), message(3), message(1)]);
  assert.deepEqual(known.map((held) => held.seq), [1, 2, 3]);
});

test("the server's version of a message replaces the optimistic one", () => {
  const [held] = merge([message(1, { text: "sent", client_id: "c1" })], [message(1, { text: "stored" })]);
  assert.equal(held?.text, "stored");
  assert.equal(held?.client_id, "c1");
});

test("a gap is seen between messages and up to what the server counts", () => {
  assert.equal(hasGap([message(5), message(6)]), false);
  assert.equal(hasGap([message(5), message(7)]), true);
  assert.equal(contiguous([message(5), message(6), message(8)]), 6);
  assert.equal(hasGap([message(5), message(6)], 9), true);
  assert.equal(hasGap([]), false);
});

test("notes stand between the messages by their time", () => {
  const notes = mergeNotes([note("late", 9)], [note("early", 1), note("late", 9)]);
  assert.deepEqual(kinds(thread({ messages: [message(0), message(2)], notes })), ["day", "m0", "early", "m2", "late"]);
});

test("a note that belongs to messages not loaded yet is not shown at the top", () => {
  const messages = [message(5), message(6)];
  assert.deepEqual(kinds(thread({ messages, notes: [note("old", 1)], more: true })), ["day", "m5", "m6"]);
  assert.deepEqual(kinds(thread({ messages, notes: [note("old", 1)], more: false })), ["day", "old", "m5", "m6"]);
});

test("what has arrived is not shown a second time as on its way", () => {
  const outgoing = [
    { client_id: "c1", text: "one", at: at(3) },
    { client_id: "c2", text: "two", at: at(4) },
  ];
  assert.deepEqual(kinds(thread({ messages: [message(1, { client_id: "c1" })] }), outgoing), ["day", "m1", "c2"]);
});

test("each new day has a line, and consecutive messages of one author follow one another", () => {
  const messages = [message(1), message(2), message(3, { author: "bot" }), message(4, { author: "bot", at: new Date(Date.UTC(2026, 10, 23, 12)).toISOString() })];
  const lines = items(thread({ messages }), []);
  assert.deepEqual(lines.map((line) => line.kind), ["day", "message", "message", "message", "day", "message"]);
  assert.deepEqual(lines.flatMap((line) => (line.kind === "message" ? [line.follows] : [])), [false, true, false, false]);
});
