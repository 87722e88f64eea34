/** Colours of marks: each at least 3:1 on the ground of a panel, light and dark; a test reckons it. Assumed is hatched, too. */
export const LIGHT = {
  now: "#0b6b5d",
  bar: "#3b9484",
  before: "#4a5652",
  line: "#9a5b00",
  bot_confirmed: "#0b6b5d",
  bot_assumed: "#3b9484",
  agent_resolved: "#2f66b0",
  ticketed: "#7d5fb0",
  agent_unresolved: "#a86f12",
  missed: "#c0482f",
  abandoned_in_queue: "#b8607e",
  abandoned_in_bot: "#74807c",
} as const;

export const DARK: Record<keyof typeof LIGHT, string> = {
  now: "#3fc2ab",
  bar: "#2d9381",
  before: "#b9c4c0",
  line: "#f0b65c",
  bot_confirmed: "#3fc2ab",
  bot_assumed: "#2d9381",
  agent_resolved: "#6fa3ea",
  ticketed: "#b096e0",
  agent_unresolved: "#dba24a",
  missed: "#ee7d62",
  abandoned_in_queue: "#de8fa6",
  abandoned_in_bot: "#8d9995",
};

/** Grounds of panels: `--surface` of the tokens. */
export const GROUNDS = { light: "#ffffff", dark: "#1a1e1d" };

const written = (colours: Record<string, string>): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--mark-${name}:${colour}`)
    .join(";");

export const palette = `:root{${written(LIGHT)}}@media screen and (prefers-color-scheme:dark){:root{${written(DARK)}}}[data-theme=light]{${written(LIGHT)}}@media screen{[data-theme=dark]{${written(DARK)}}}`;
