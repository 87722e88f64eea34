/** An answer's Markdown as plain words, for reading it in a line. */
export const plainText = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|\*|_)(\S(?:.*?\S)?)\1/g, "$2")
    .replace(/^\s*[-*]\s+/gm, "• ");
