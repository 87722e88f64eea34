import assert from "node:assert/strict";
import { test } from "node:test";
import { type CannedReply, filled, matching, slashAt } from "../../src/agent/configuration.ts";
import { flat, grouped, positions } from "../../src/agent/office/groups.ts";
import { routeOf } from "../../src/agent/route.ts";

const reply = (shortcut: string, language: string, text = `${shortcut} ${language}`): CannedReply => ({ shortcut, language, text });
const REPLIES = [reply("hello", "en"), reply("hello", "fr"), reply("thanks", "en", "Thank you, hello again"), reply("réclamation", "fr")];

test("canned replies in the shopper's language stand first, then those that begin with what was typed", () => {
  assert.deepEqual(matching(REPLIES, "hel", "fr").map(({ shortcut, language }) => `${shortcut} ${language}`), ["hello fr", "hello en", "thanks en"]);
  assert.deepEqual(matching(REPLIES, "recla", "en").map(({ shortcut }) => shortcut), ["réclamation"]);
  assert.deepEqual(matching(REPLIES, "zzz", "en"), []);
});

test("a slash asks for canned replies at the start and after a space, not within a word or an address", () => {
  assert.deepEqual(slashAt("/", 1), { from: 0, typed: "" });
  assert.deepEqual(slashAt("Good morning /he", 16), { from: 13, typed: "he" });
  assert.deepEqual(slashAt("one\n/two three", 8), { from: 4, typed: "two" });
  for (const text of ["and/or", "https://shop.example/a", "/hello ", "no slash"]) assert.equal(slashAt(text, text.length), null, text);
});

test("places are filled where something is known, and the first that is not is where the agent writes", () => {
  assert.deepEqual(filled("Dear {order}, {agent}", { order: "A1", agent: "Amir" }), { text: "Dear A1, Amir", open: null });
  const { text, open } = filled("Order {order}: {agent}", { order: null, agent: "Amir" });
  assert.equal(text, "Order {order}: Amir");
  assert.equal(text.slice(...open!), "{order}");
});

test("canned replies are shown by shortcut and kept by language; faults find their text", () => {
  const groups = grouped([...REPLIES, { ...reply("hello", "es"), id: "7" }]);
  assert.deepEqual(groups.map(({ shortcut, texts }) => [shortcut, Object.keys(texts)]), [["hello", ["en", "fr", "es"]], ["réclamation", ["fr"]], ["thanks", ["en"]]]);
  const list = flat(groups, ["en", "es", "fr"]);
  assert.equal(list.find(({ language }) => language === "es")?.id, "7");
  const at = positions(groups, ["en", "es", "fr"]);
  for (const [index, group] of groups.entries()) for (const [language, position] of at[index]!) assert.deepEqual([list[position]?.shortcut, list[position]?.language], [group.shortcut, language]);
});

test("a shortcut without any text is told to the server, which says what is wrong with it", () => {
  assert.deepEqual(flat([{ shortcut: "empty", texts: { fr: { text: " " } } }], ["en"]), [{ shortcut: "empty", language: "en", text: "" }]);
});

test("an address names the page", () => {
  const id = "01938f00-0000-7000-8000-000000000001";
  assert.deepEqual(routeOf(`#/${id}`), { page: "inbox", id });
  assert.deepEqual(routeOf(`#/tickets/${id}`), { page: "ticket", id });
  assert.deepEqual(routeOf("#/settings/hours"), { page: "settings", section: "hours" });
  assert.deepEqual(routeOf("#/settings/nothing"), { page: "settings", section: "teams" });
  assert.deepEqual(routeOf("#/supervision"), { page: "supervision" });
  for (const hash of ["", "#/", "#/nothing", "#/<script>"]) assert.deepEqual(routeOf(hash), { page: "inbox", id: null });
});
