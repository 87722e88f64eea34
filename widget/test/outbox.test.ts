import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox, type Outgoing } from "../src/shared/outbox.ts";
import { Refusal } from "../src/shared/refusal.ts";
import type { Shelf } from "../src/shared/storage.ts";

/** What the server does with each attempt: a number is an acknowledgement, a Refusal is thrown. */
function outbox(answers: (number | Refusal)[], shelf: Shelf = memory()) {
  const tried: string[] = [];
  const sent: [string, number][] = [];
  const box = new Outbox<number>({
    shelf,
    key: "outbox",
    onChange: () => {},
    onSent: ({ text }, seq) => sent.push([text, seq]),
    async send({ text }) {
      tried.push(text);
      const answer = answers.shift() ?? new Refusal("offline");
      if (typeof answer !== "number") throw answer;
      return answer;
    },
  });
  return { box, tried, sent, shelf };
}

function memory(): Shelf {
  const map = new Map<string, string>();
  return { get: (key) => map.get(key) ?? null, set: (key, value) => void (value === null ? map.delete(key) : map.set(key, value)) };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 20));
const failed = (items: readonly Outgoing[]): boolean[] => items.map((item) => !!item.failed);

test("messages go out in order, one after the other, and leave the outbox when acknowledged", async () => {
  const { box, tried, sent } = outbox([1, 2, 3]);
  for (const text of ["one", "two", "three"]) box.add(text);
  await settled();
  assert.deepEqual(tried, ["one", "two", "three"]);
  assert.deepEqual(sent, [["one", 1], ["two", 2], ["three", 3]]);
  assert.equal(box.items.length, 0);
});

test("without a connection everything is marked, kept, and sent once later with the same client_id", async () => {
  const { box, sent } = outbox([new Refusal("offline"), 1, 2]);
  const { client_id } = box.add("one");
  box.add("two");
  await settled();
  assert.deepEqual(failed(box.items), [true, true]);
  assert.equal(box.items[0]?.client_id, client_id);
  await box.flush();
  assert.deepEqual(sent, [["one", 1], ["two", 2]]);
});

test("what was not sent survives a reload", async () => {
  const first = outbox([new Refusal("timeout")]);
  const { client_id } = first.box.add("hello");
  await settled();
  const second = outbox([7], first.shelf);
  assert.equal(second.box.items[0]?.client_id, client_id);
  await second.box.flush();
  assert.deepEqual(second.sent, [["hello", 7]]);
  assert.equal(first.shelf.get("outbox"), null);
});

test("a message that is too large is failed for good and does not hold up the next one", async () => {
  const { box, tried, sent } = outbox([new Refusal("too_large"), 5]);
  box.add("huge");
  box.add("small");
  await settled();
  assert.equal(box.items[0]?.refused, "too_large");
  assert.deepEqual(sent, [["small", 5]]);
  await box.flush();
  assert.deepEqual(tried, ["huge", "small"]);
});

test("after too_fast the same message is sent again when the server said", async () => {
  const { box, tried, sent } = outbox([new Refusal("too_fast", "", { retry_after: 0.01 }), 1]);
  box.add("quick");
  await settled();
  await settled();
  assert.deepEqual(tried, ["quick", "quick"]);
  assert.deepEqual(sent, [["quick", 1]]);
});

test("a retry clears the mark; a message that another tab delivered is dropped", async () => {
  const { box, sent } = outbox([new Refusal("timeout"), 9]);
  const { client_id } = box.add("hello");
  await settled();
  box.retry(client_id);
  await settled();
  assert.deepEqual(sent, [["hello", 9]]);
  const other = outbox([new Refusal("offline")]);
  const item = other.box.add("again");
  await settled();
  other.box.drop(item.client_id);
  assert.equal(other.box.items.length, 0);
});

test("one tab's change leaves another tab's unsent messages in storage", async () => {
  const shelf = memory();
  const first = outbox([new Refusal("offline")], shelf);
  const second = outbox([new Refusal("offline")], shelf);
  first.box.add("from the first");
  second.box.add("from the second");
  await settled();
  const stored = JSON.parse(shelf.get("outbox") ?? "[]") as Outgoing[];
  assert.deepEqual(stored.map(({ text }) => text).sort(), ["from the first", "from the second"]);
});

test("broken storage is an empty outbox", () => {
  const shelf = memory();
  shelf.set("outbox", "{not json");
  assert.equal(outbox([], shelf).box.items.length, 0);
});
