import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, DEFAULT_KEYS, meant, type Pressed, remapped, storedKeys } from "../../src/agent/shortcuts.ts";

const press = (key: string, given: Partial<Pressed> = {}): Pressed => ({ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, typing: false, ...given });
const ON = { keys: DEFAULT_KEYS, on: true };

test("single keys mean something outside of text fields only", () => {
  assert.equal(meant(press("j"), ON), "next");
  assert.equal(meant(press("?"), ON), "help");
  assert.equal(meant(press("2"), ON), "suggestion_2");
  assert.equal(meant(press("j", { typing: true }), ON), undefined);
  assert.equal(meant(press("J"), ON), "next");
});

test("they can be turned off; the action menu stays", () => {
  assert.equal(meant(press("e"), { ...ON, on: false }), undefined);
  assert.equal(meant(press("k", { ctrlKey: true }), { ...ON, on: false }), "menu");
  assert.equal(meant(press("k", { metaKey: true, typing: true }), ON), "menu");
});

test("Alt types characters on Mac, AZERTY and Spanish layouts: it is nobody's shortcut", () => {
  assert.equal(meant(press("k", { altKey: true }), ON), undefined);
  assert.equal(meant(press("k", { altKey: true, ctrlKey: true }), ON), undefined);
});

test("a key in the middle of composing a character is not ours", () => {
  assert.equal(meant(press("j", { isComposing: true }), ON), undefined);
});

test("giving away a key that is in use swaps the two", () => {
  const keys = remapped(DEFAULT_KEYS, "resolve", "j");
  assert.equal(keys.resolve, "j");
  assert.equal(keys.next, "e");
  assert.equal(remapped(DEFAULT_KEYS, "resolve", "1"), DEFAULT_KEYS);
  assert.equal(remapped(DEFAULT_KEYS, "resolve", " "), DEFAULT_KEYS);
  assert.equal(remapped(DEFAULT_KEYS, "resolve", "É").resolve, "é");
});

test("odd keys in storage give the default", () => {
  assert.deepEqual(storedKeys(null), DEFAULT_KEYS);
  assert.deepEqual(storedKeys("{nonsense"), DEFAULT_KEYS);
  assert.deepEqual(storedKeys('{"next":7}'), DEFAULT_KEYS);
  assert.deepEqual(storedKeys('{"next":"x","note":"x"}'), DEFAULT_KEYS);
});

test("what was stored holds, also when a newer command would have its key by default", () => {
  const keys = storedKeys('{"next":"d","previous":"k"}');
  assert.equal(keys.next, "d");
  assert.notEqual(keys.decline, "d");
  assert.equal(new Set(Object.values(keys)).size, COMMANDS.length);
});
