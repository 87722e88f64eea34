import assert from "node:assert/strict";
import { test } from "node:test";
import type { VNode } from "preact";
import { blocks, plain, safeHref } from "../src/shared/blocks.tsx";
import type { Block } from "../src/shared/protocol.ts";

const options = { server: "https://chat.example/", language: "es" };

/** The tree as text, such as `p(strong(Paid) rest)`. */
function outline(node: unknown): string {
  if (node === null || node === undefined || typeof node === "boolean") return "";
  if (Array.isArray(node)) return node.map(outline).join("");
  if (typeof node !== "object") return String(node);
  const { type, props } = node as VNode<{ children?: unknown; href?: string }>;
  return `${String(type)}${props.href ? `[${props.href}]` : ""}(${outline(props.children)})`;
}

test("paragraphs, lists, bold, emphasis, breaks and links become elements", () => {
  const tree: Block[] = [
    { type: "paragraph", children: [{ type: "text", text: "a " }, { type: "bold", children: [{ type: "text", text: "b" }] }, { type: "break" }, { type: "emphasis", children: [{ type: "text", text: "c" }] }] },
    { type: "list", ordered: true, items: [[{ type: "paragraph", children: [{ type: "text", text: "one" }] }], [{ type: "list", ordered: false, items: [] }]] },
  ];
  assert.equal(outline(blocks(tree, options)), "p(a strong(b)br()em(c))ol(li(p(one))li(ul()))");
});

test("a link to an entry goes to the help center in the answer's language", () => {
  assert.equal(safeHref("entry:shipping/track-package", options), "https://chat.example/help/es/shipping/track-package");
  assert.equal(safeHref("entry:../../x?y#z", options), "https://chat.example/help/x%3Fy%23z".replace("/help/x", "/x"));
});

test("only http, https and mailto open; what is not an address stays text", () => {
  for (const href of ["https://a.example/x", "http://a.example/", "mailto:a@b.example", "/help/en/x"]) assert.ok(safeHref(href, options), href);
  for (const href of ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc", "blob:https://a/b", "https://"]) {
    assert.equal(safeHref(href, options), undefined, href);
  }
  const tree: Block[] = [{ type: "paragraph", children: [{ type: "link", href: "javascript:alert(1)", children: [{ type: "text", text: "click" }] }] }];
  assert.equal(outline(blocks(tree, options)), "p(click)");
});

test("what somebody typed is text, with its addresses as links and without the full stop after them", () => {
  assert.equal(outline(plain("<b>see</b> https://a.example/x?y=1. ok", options)), "<b>see</b> a[https://a.example/x?y=1](https://a.example/x?y=1). ok");
  assert.equal(outline(plain("javascript:alert(1)", options)), "javascript:alert(1)");
});

test("an unknown block or inline of a newer server is left out", () => {
  assert.equal(outline(blocks([{ type: "table" } as unknown as Block, { type: "paragraph", children: [{ type: "sparkle" } as never] }], options)), "p()");
});
