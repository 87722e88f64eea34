/** Style sheets by construction, so that no style-src is needed: not in a shadow root, not on our own pages. */
export function adopt(root: Document | ShadowRoot, ...texts: string[]): void {
  const sheets = texts.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
}
