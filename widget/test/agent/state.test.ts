import assert from "node:assert/strict";
import { test } from "node:test";
import { initial, reduce, type State } from "../../src/agent/state.ts";
import type { Detail } from "../../src/agent/protocol.ts";
import { AMIR, after, at, BETH, conversation, handoff, message, row, SESSION, waiting } from "./people.ts";

const detail = (given: Partial<Detail> = {}): Detail => ({
  conversation: conversation("carol", { last_seq: 2 }),
  messages: [message(1), message(2)],
  more: false,
  handoff: null,
  brief: { decisions: [], previous_episodes: 0 },
  notes: [],
  agents: [],
  ...given,
});
const opened = (): State => after({ type: "conversation_selected", id: "carol" }, { type: "thread_loaded", detail: detail() });

test("somebody else at this browser starts from nothing; the same person keeps the screen", () => {
  const before = reduce(opened(), { type: "phase_changed", phase: "expired" });
  const same = reduce(before, { type: "signed_in", session: SESSION, seen: {} });
  assert.equal(same.selected, "carol");
  const other = reduce(before, { type: "signed_in", session: { ...SESSION, agent: BETH }, seen: { x: 1 } });
  assert.equal(other.selected, null);
  assert.deepEqual(other.threads, {});
  assert.deepEqual(other.seen, { x: 1 });
});

test("the queue brings its conversations along, and the clock of the server", () => {
  const now = Date.parse(at(0)) + 30_000 - 5_000;
  const state = after({ type: "session_started", payload: { agent: AMIR, queue: [waiting("carol")], agents: [AMIR, BETH] }, now });
  assert.equal(state.live, true);
  assert.equal(state.rows["carol"]?.status, "waiting");
  assert.equal(state.rows["carol"]?.handoff?.reason, "asked_for_human");
  assert.equal(state.clockOffset, 5_000);
  assert.equal(state.lists.waiting, "ready");
});

test("an update keeps what it does not carry, and names the agent", () => {
  const state = after(
    { type: "presence_changed", agents: [AMIR, BETH] },
    { type: "list_loaded", list: "all", rows: [row("carol", { last: { author: "shopper", text: "hi" }, handoff: handoff("carol") })] },
    { type: "conversation_updated", conversation: conversation("carol", { status: "agent", agent_id: "beth", last_seq: 2 }) },
  );
  assert.equal(state.rows["carol"]?.last?.text, "hi");
  assert.equal(state.rows["carol"]?.handoff?.id, "handoff-carol");
  assert.equal(state.rows["carol"]?.agent_name, "Beth");
  const returned = reduce(state, { type: "conversation_updated", conversation: conversation("carol", { status: "bot", last_seq: 3 }) });
  assert.equal(returned.rows["carol"]?.agent_name, null);
});

test("an older copy of a conversation does not undo a newer one", () => {
  const state = after(
    { type: "conversation_updated", conversation: conversation("carol", { status: "resolved", last_seq: 9, updated_at: at(9) }) },
    { type: "list_loaded", list: "all", rows: [row("carol", { status: "agent", last_seq: 4, updated_at: at(4) })] },
  );
  assert.equal(state.rows["carol"]?.status, "resolved");
});

test("a new message changes the list's last line and ends its author's typing", () => {
  const typing = reduce(opened(), { type: "typing_changed", payload: { conversation_id: "carol", author: "shopper", on: true }, now: 1 });
  assert.equal(typing.threads["carol"]?.typing?.author, "shopper");
  const state = reduce(typing, { type: "messages_added", id: "carol", messages: [message(3, { text: "so?" })] });
  assert.equal(state.threads["carol"]?.typing, null);
  assert.deepEqual(state.rows["carol"]?.last, { author: "shopper", text: "so?" });
  assert.equal(state.rows["carol"]?.last_seq, 3);
});

test("older messages that are loaded later change no list", () => {
  const state = reduce(opened(), { type: "messages_added", id: "carol", messages: [message(0, { text: "long ago" })], more: false });
  assert.deepEqual(state.threads["carol"]?.messages.map((held) => held.seq), [0, 1, 2]);
  assert.equal(state.rows["carol"]?.last?.text, "message 2");
});

test("my own typing in another tab is not shown to me, a colleague's is", () => {
  const mine = reduce(opened(), { type: "typing_changed", payload: { conversation_id: "carol", author: "agent", name: "Amir", on: true }, now: 1 });
  assert.equal(mine.threads["carol"]?.typing, null);
  const hers = reduce(opened(), { type: "typing_changed", payload: { conversation_id: "carol", author: "agent", name: "Beth", on: true }, now: 1 });
  assert.equal(hers.threads["carol"]?.typing?.name, "Beth");
});

test("reloading a thread keeps the older messages that were loaded before", () => {
  const older = reduce(opened(), { type: "messages_added", id: "carol", messages: [message(0)], more: false });
  const state = reduce(older, { type: "thread_loaded", detail: detail({ messages: [message(2), message(3)], more: true }) });
  assert.deepEqual(state.threads["carol"]?.messages.map((held) => held.seq), [0, 1, 2, 3]);
  assert.equal(state.threads["carol"]?.more, false);
});

test("what was looked at is remembered up to the last message", () => {
  const state = reduce(opened(), { type: "looked_at", id: "carol" });
  assert.equal(state.seen["carol"], 2);
  assert.equal(reduce(state, { type: "looked_at", id: "carol" }), state);
});

test("a list that failed again keeps what it showed", () => {
  const state = after({ type: "list_loaded", list: "all", rows: [] }, { type: "list_failed", list: "all" });
  assert.equal(state.lists.all, "ready");
  assert.equal(after({ type: "list_failed", list: "mine" }).lists.mine, "failed");
});

test("presence is the server's word, also about me", () => {
  const state = after({ type: "presence_asked", presence: "away" }, { type: "presence_changed", agents: [{ ...AMIR, presence: "online" }] });
  assert.equal(state.session?.agent.presence, "online");
});

test("the same notice is not stacked, and three are enough", () => {
  const notice = (id: number, key: string) => ({ type: "notice_shown", notice: { id, tone: "info", key, params: {} } }) as const;
  const state = after(notice(1, "a"), notice(2, "b"), notice(3, "a"), notice(4, "c"), notice(5, "d"));
  assert.deepEqual(state.notices.map((shown) => shown.id), [3, 4, 5]);
});

test("events about what is not there change nothing", () => {
  assert.equal(reduce(initial, { type: "looked_at", id: "nobody" }), initial);
  assert.deepEqual(reduce(initial, { type: "thread_failed", id: "nobody" }), initial);
});

test("suggestions that are noise do not push out what fitted", () => {
  const suggestion = (entry: string, confidence: number) => ({ entry, title: entry, text: entry, language: "en", confidence });
  const fitting = reduce(opened(), { type: "suggestions_loaded", id: "carol", suggestions: [suggestion("late", 0.7), suggestion("odd", 0.01)] });
  assert.deepEqual(fitting.threads["carol"]?.suggestions.map(({ entry }) => entry), ["late"]);
  const thanked = reduce(fitting, { type: "suggestions_loaded", id: "carol", suggestions: [suggestion("sizes", 0.01)] });
  assert.equal(thanked, fitting);
});

test("tickets come newest first, each once", () => {
  const ticket = (id: string, minutes: number) => ({ id, conversation_id: "carol", number: id, email: "c@x.example", text: "?", language: "en", status: "open" as const, at: at(minutes) });
  const state = after({ type: "tickets_loaded", tickets: [ticket("a", 1), ticket("b", 2)] }, { type: "ticket_changed", ticket: ticket("c", 3) }, { type: "ticket_changed", ticket: ticket("a", 1) });
  assert.deepEqual(state.tickets.map(({ id }) => id), ["c", "b", "a"]);
  assert.equal(state.lists.tickets, "ready");
  const asked = reduce(state, { type: "tickets_loaded", tickets: [ticket("b", 2)] });
  assert.deepEqual(asked.tickets.map(({ id }) => id), ["c", "b"], "the one that came while the list was under way stays");
});
