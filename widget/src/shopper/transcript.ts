/** The conversation as a file: plain text, or a web page that is built from nodes. */
import type { Message } from "../shared/protocol.ts";
import type { View } from "./view.ts";

/** Put in as text afterwards: a style element would offend the policy of the page that we are on. */
const PAGE_STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:42em;margin:2em auto;padding:0 1em}dt{margin-top:1em;color:#555}dd{margin:0;white-space:pre-wrap}";

export async function saveTranscript(view: View, kind: "txt" | "html"): Promise<void> {
  const { session, state, t, format } = view;
  while (session.state.first > 0) {
    const before = session.state.first;
    await session.earlier();
    if (session.state.first >= before) break;
  }
  const { messages } = session.state;
  const title = t("transcript", { date: format.moment(messages[0]?.at ?? new Date().toISOString()) });
  const who = ({ author, name }: Message): string => (author === "agent" && name) || t(author);
  const lines = messages.map((message) => ({ head: `${format.moment(message.at)} · ${who(message)}`, text: message.text }));
  const content = kind === "txt" ? asText(title, lines) : asPage(title, lines, view.language);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: kind === "txt" ? "text/plain;charset=utf-8" : "text/html;charset=utf-8" }));
  link.download = `chat-${state.conversation.slice(0, 8) || "1"}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

interface Line {
  head: string;
  text: string;
}

export const asText = (title: string, lines: Line[]): string => [title, ...lines.map(({ head, text }) => `${head}\n${text}`)].join("\n\n") + "\n";

function asPage(title: string, lines: Line[], language: string): string {
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = language;
  const make = (name: string, text: string): HTMLElement => {
    const element = page.createElement(name);
    element.textContent = text;
    return element;
  };
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  page.head.prepend(charset);
  const list = page.createElement("dl");
  list.append(...lines.flatMap(({ head, text }) => [make("dt", head), make("dd", text)]));
  page.body.append(make("h1", title), list);
  const text = new XMLSerializer().serializeToString(page.documentElement);
  return `<!doctype html>\n${text.replace("</head>", `<style>${PAGE_STYLE}</style></head>`)}`;
}
