import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../src/shared/protocol.ts";
import { type Event, hasGap, initial, reduce, type State, unread } from "../src/shopper/state.ts";

const message = (seq: number, more: Partial<Message> = {}): Message => ({ id: `m${seq}`, seq, conversation_id: "c", author: "bot", language: "en", text: `${seq}`, at: "2026-11-21T10:00:00Z", ...more });
const run = (events: Event[], from: State = initial): State => events.reduce(reduce, from);
const started = (last_seq = 0, status: State["status"] = "bot", id = "c"): Event => ({
  type: "started",
  conversation: { id, status, locale: "en", last_seq },
  settings: { languages: ["en"], default_language: "en", message_length: 2000, suggestions: [] },
});
const arrive = (...messages: Message[]): Event => ({ type: "messages", messages });
const seqs = (state: State): number[] => state.messages.map(({ seq }) => seq);

test("messages are kept once, in order, whatever the order and number of their arrival", () => {
  const state = run([started(), arrive(message(2)), arrive(message(1), message(2)), arrive(message(3)), arrive(message(1))]);
  assert.deepEqual(seqs(state), [1, 2, 3]);
  assert.equal(state.last, 3);
  assert.equal(hasGap(state), false);
});

test("a gap is seen until it is filled", () => {
  const gap = run([started(), arrive(message(1)), arrive(message(4))]);
  assert.equal(gap.last, 1);
  assert.equal(hasGap(gap), true);
  const filled = run([arrive(message(2), message(3))], gap);
  assert.equal(filled.last, 4);
  assert.equal(hasGap(filled), false);
});

test("a long conversation starts with its last page, and earlier messages go before it", () => {
  const state = run([started(120)]);
  assert.equal(state.first, 70);
  assert.equal(state.last, 70);
  const loaded = run([arrive(message(71), message(72)), arrive(message(69), message(70))], state);
  assert.deepEqual(seqs(loaded), [69, 70, 71, 72]);
  assert.equal(loaded.first, 68);
  assert.equal(loaded.last, 72);
});

test("an acknowledged message replaces the one that waited, and its echo changes nothing", () => {
  const item = { client_id: "k", text: "hello", at: "2026-11-21T10:00:00Z" };
  const waiting = run([started(), { type: "set", facts: { outgoing: [item] } }]);
  const sent = run([arrive(message(1, { author: "shopper", client_id: "k" }))], waiting);
  assert.deepEqual(sent.outgoing, []);
  assert.equal(run([arrive(message(1, { author: "shopper", client_id: "k" }))], sent).messages.length, 1);
});

test("the typing indicator ends with the answer, not with the shopper's own message", () => {
  const typing = run([started(), { type: "set", facts: { typing: { author: "bot" } } }]);
  assert.ok(run([arrive(message(1, { author: "shopper" }))], typing).typing);
  assert.equal(run([arrive(message(1))], typing).typing, null);
});

test("unread counts what others wrote and nobody saw", () => {
  const closed = run([started(), arrive(message(1, { author: "shopper" }), message(2), message(3, { author: "agent" }), message(4, { author: "system" }))]);
  assert.equal(unread(closed), 2);
  const hidden = run([{ type: "set", facts: { open: true, visible: false } }], closed);
  assert.equal(unread(hidden), 2);
  assert.equal(unread(run([{ type: "set", facts: { visible: true } }], hidden)), 0);
});

test("the same conversation goes on after a reconnect; another one starts empty and keeps what is not sent", () => {
  const item = { client_id: "k", text: "hello", at: "2026-11-21T10:00:00Z" };
  const before = run([started(), arrive(message(1)), { type: "set", facts: { outgoing: [item], open: true } }]);
  assert.equal(run([started(1)], before).messages.length, 1);
  const other = run([started(0, "bot", "d")], before);
  assert.equal(other.messages.length, 0);
  assert.deepEqual(other.outgoing, [item]);
  assert.equal(other.open, true);
});

test("a hand-off goes from the queue to a person, or expires and leaves its card", () => {
  const waiting = run([started(), { type: "status", status: "waiting" }, { type: "handoff", handoff: { status: "waiting", position: 2 } }]);
  assert.equal(waiting.handoff?.position, 2);
  const accepted = run([{ type: "handoff", handoff: { status: "accepted", agent: { name: "Amir" } } }], waiting);
  assert.equal(accepted.status, "agent");
  assert.equal(accepted.agent, "Amir");
  const expired = run([{ type: "handoff", handoff: { status: "expired" } }, { type: "status", status: "bot" }], waiting);
  assert.equal(expired.handoff?.status, "expired");
  assert.equal(run([{ type: "status", status: "bot" }], waiting).handoff, null);
});

test("when somebody had to leave, nobody is typing, and the shopper waits until somebody else comes", () => {
  const there = run([started(), { type: "handoff", handoff: { status: "accepted", agent: { name: "Amir" } } }, { type: "set", facts: { typing: { author: "agent" } } }]);
  const lost = run([{ type: "handoff", handoff: { status: "lost" } }, { type: "status", status: "waiting" }, { type: "handoff", handoff: { status: "waiting", position: 1 } }], there);
  assert.deepEqual([lost.status, lost.handoff?.position, lost.typing], ["waiting", 1, null]);
  const next = run([{ type: "handoff", handoff: { status: "accepted", agent: { name: "Beth" } } }], lost);
  assert.deepEqual([next.status, next.agent], ["agent", "Beth"]);
});

test("a rating that was not given is asked for again, one that was begun goes on, one that is over is left alone", () => {
  const again = (csat: number | null, step?: State["rating"], status: State["status"] = "resolved"): State["rating"] =>
    run([{ ...started(4, status), rating: { csat, nps: null }, step } as Event]).rating;
  assert.equal(again(null), "csat");
  assert.equal(again(4, "comment"), "comment");
  assert.equal(again(4, "nps"), "nps");
  assert.equal(again(4, "done"), null);
  assert.equal(run([started(4, "resolved")]).rating, null);
  const rated = run([started(4, "resolved"), { type: "set", facts: { rating: "comment" } }]);
  assert.equal(run([{ type: "status", status: "bot" }], rated).rating, null);
});

test("what was thought of an answer comes back with it, and what is thought now counts more", () => {
  const read = run([started(), arrive(message(1, { helpful: true }), message(2))]);
  assert.deepEqual(read.feedback, { m1: { helpful: true, asking: false } });
  const changed = run([{ type: "mark", what: "feedback", id: "m1", as: { helpful: false, asking: true } }, arrive(message(1, { helpful: true }))], read);
  assert.equal(changed.feedback["m1"]?.helpful, false);
});

test("marks are kept by message", () => {
  const state = run([{ type: "mark", what: "feedback", id: "a", as: { helpful: false, asking: true } }, { type: "mark", what: "picked", id: "b", as: true }]);
  assert.deepEqual(state.feedback["a"], { helpful: false, asking: true });
  assert.equal(state.picked["b"], true);
});
