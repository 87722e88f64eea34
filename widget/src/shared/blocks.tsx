/** An answer's block tree as elements: there is no HTML string, so there is nothing to sanitise. */
import type { ComponentChildren, JSX } from "preact";
import type { Block, Inline } from "./protocol.ts";

export interface BlockOptions {
  /** Where the server lives; a link to an entry goes to `<server>/help/<language>/<id>`. */
  server: string;
  language: string;
}

/** The address behind a link, or undefined when its scheme is none that we open. */
export function safeHref(href: string, { server, language }: BlockOptions): string | undefined {
  if (href.startsWith("entry:")) {
    const path = href.slice("entry:".length).split("/").map(encodeURIComponent).join("/");
    return new URL(`help/${encodeURIComponent(language)}/${path}`, server).href;
  }
  try {
    const url = new URL(href, server);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function inline(node: Inline, options: BlockOptions): ComponentChildren {
  switch (node.type) {
    case "text":
      return node.text;
    case "break":
      return <br />;
    case "bold":
      return <strong>{inlines(node.children, options)}</strong>;
    case "emphasis":
      return <em>{inlines(node.children, options)}</em>;
    case "link": {
      const href = safeHref(node.href, options);
      return href ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
          {inlines(node.children, options)}
        </a>
      ) : (
        inlines(node.children, options)
      );
    }
    default:
      return null;
  }
}

const inlines = (nodes: Inline[], options: BlockOptions): ComponentChildren[] => nodes.map((node) => inline(node, options));

function block(node: Block, options: BlockOptions): JSX.Element | null {
  switch (node.type) {
    case "paragraph":
      return <p>{inlines(node.children, options)}</p>;
    case "list": {
      const items = node.items.map((item) => <li>{blocks(item, options)}</li>);
      return node.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    default:
      return null;
  }
}

export function blocks(nodes: Block[], options: BlockOptions): (JSX.Element | null)[] {
  return nodes.map((node) => block(node, options));
}

/** A typed message: line breaks kept, addresses become links, everything else stays text. */
export function plain(text: string, options: BlockOptions): ComponentChildren[] {
  return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/).map((part, index) => {
    const href = index % 2 ? safeHref(part, options) : undefined;
    return href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    );
  });
}
