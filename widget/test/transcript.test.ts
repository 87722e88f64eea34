import assert from "node:assert/strict";
import { test } from "node:test";
import { asText } from "../src/shopper/transcript.ts";

test("a transcript as text has a title, and who said what when", () => {
  assert.equal(asText("Conversation of today", [{ head: "10:00 · You", text: "hi" }, { head: "10:01 · Assistant", text: "hello\nthere" }]), "Conversation of today\n\n10:00 · You\nhi\n\n10:01 · Assistant\nhello\nthere\n");
});
