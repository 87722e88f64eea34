import assert from "node:assert/strict";
import { test } from "node:test";
import { secondsLeft, silent } from "../../src/agent/offers.ts";
import { reduce } from "../../src/agent/state.ts";
import { after, AMIR, at, BETH, conversation, handoff, waiting } from "./people.ts";

const offer = (id: string, minutes = 1) => ({ type: "handoff_offered" as const, payload: { handoff: handoff(id), conversation: conversation(id, { status: "waiting" }), expires_at: at(minutes) } });
const update = (id: string, status: "accepted" | "waiting" | "offered" | "cancelled" | "expired", agent_id: string | null = null) => ({ type: "handoff_updated" as const, payload: { handoff_id: `handoff-${id}`, conversation_id: id, status, agent_id } });

for (const [what, event, over] of [
  ["nobody answered in time, and a colleague is asked", update("carol", "offered", BETH.id), "lapsed"],
  ["it went back into the queue", update("carol", "waiting"), "lapsed"],
  ["a colleague has it", update("carol", "accepted", BETH.id), "taken"],
  ["the shopper went on without a person", update("carol", "cancelled"), "gone"],
  ["nobody came at all", update("carol", "expired"), "gone"],
] as const) {
  test(`an offer says how it ended: ${what}`, () => {
    assert.equal(after(offer("carol"), event).offers[0]?.over, over);
  });
}

test("an offer that this agent took is gone without a word, and one that is still asked stays", () => {
  assert.deepEqual(after(offer("carol"), update("carol", "accepted", AMIR.id)).offers, []);
  assert.equal(after(offer("carol"), update("carol", "offered", AMIR.id)).offers[0]?.over, null);
});

test("what is offered again after it lapsed can be taken again", () => {
  const again = after(offer("carol"), update("carol", "waiting"), offer("carol", 3));
  assert.deepEqual(again.offers.map(({ over, expires_at }) => [over, expires_at]), [[null, at(3)]]);
});

test("after a reload the queue tells of the offer; after a lost line an offer that it does not tell of is gone", () => {
  const item = { ...waiting("carol"), offered_to: AMIR.id, offer_expires_at: at(2) };
  const started = (queue: (typeof item)[]) => ({ type: "session_started" as const, payload: { agent: AMIR, agents: [AMIR, BETH], queue }, now: Date.parse(at(0)) });
  assert.equal(after(started([item])).offers[0]?.expires_at, at(2));
  assert.deepEqual(after(offer("dora"), started([{ ...item, offered_to: BETH.id }])).offers, []);
});

test("the time that is left ends at zero, and a silent server leaves no card behind", () => {
  const { offers } = after(offer("carol"));
  assert.equal(secondsLeft(offers[0]!, Date.parse(at(0))), 60);
  assert.equal(secondsLeft(offers[0]!, Date.parse(at(5))), 0);
  assert.deepEqual(silent(offers, Date.parse(at(1)) + 1_000), []);
  assert.deepEqual(silent(offers, Date.parse(at(1)) + 5_000).map(({ handoff: { id } }) => id), ["handoff-carol"]);
  assert.equal(reduce(after(offer("carol")), { type: "offer_over", id: "handoff-carol", how: "lapsed" }).offers[0]?.over, "lapsed");
});
