/** Keys outside text fields. Matched on `event.key`, so that they are where the layout has the letter; changeable, and off at will (WCAG 2.1.4). */
export const COMMANDS = ["next", "previous", "reply", "canned", "note", "accept", "decline", "resolve", "transfer", "return", "brief", "search", "help"] as const;
export type Command = (typeof COMMANDS)[number];
export type Keys = Readonly<Record<Command, string>>;

export const DEFAULT_KEYS: Keys = {
  next: "j",
  previous: "k",
  reply: "r",
  canned: "/",
  note: "n",
  accept: "a",
  decline: "d",
  resolve: "e",
  transfer: "t",
  return: "b",
  brief: "i",
  search: "s",
  help: "?",
};

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  /** The focus is in a field, where letters are text. */
  typing: boolean;
}

export type Meant = Command | "menu" | "suggestion_1" | "suggestion_2" | "suggestion_3";

/** What a key press means, or undefined when it is not ours. */
export function meant(pressed: Pressed, { keys, on }: { keys: Keys; on: boolean }): Meant | undefined {
  if (pressed.isComposing) return undefined;
  if ((pressed.ctrlKey || pressed.metaKey) && !pressed.altKey && pressed.key.toLowerCase() === "k") return "menu";
  if (!on || pressed.typing || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  if (/^[123]$/.test(pressed.key)) return `suggestion_${pressed.key as "1" | "2" | "3"}`;
  return COMMANDS.find((command) => keys[command] === pressed.key.toLowerCase());
}

/** A key that may be given to a command: one character, no digit (they insert suggestions), no space. */
export const usable = (key: string): boolean => [...key].length === 1 && !/[\s\d]/.test(key);

/** Give a command a key; whoever had it gets the one that became free. */
export function remapped(keys: Keys, command: Command, key: string): Keys {
  const wanted = key.toLowerCase();
  if (!usable(wanted)) return keys;
  const holder = COMMANDS.find((other) => keys[other] === wanted);
  return { ...keys, ...(holder ? { [holder]: keys[command] } : {}), [command]: wanted };
}

/** Keys from storage; anything odd gives the defaults. A command that is newer than what was stored takes its default where that is free. */
export function storedKeys(text: string | null): Keys {
  try {
    const stored = JSON.parse(text ?? "{}") as Record<string, unknown>;
    const known = COMMANDS.filter((command) => stored[command] !== undefined).map((command) => [command, stored[command]] as const);
    const given = new Set(known.map(([, key]) => key));
    if (!known.every(([, key]) => typeof key === "string" && usable(key)) || given.size !== known.length) return DEFAULT_KEYS;
    const keys = Object.fromEntries(known) as Record<Command, string>;
    const free = [..."abcdefghijklmnopqrstuvwxyz"].filter((key) => !given.has(key) && !Object.values(DEFAULT_KEYS).includes(key));
    for (const command of COMMANDS) keys[command] ??= given.has(DEFAULT_KEYS[command]) ? (free.shift() as string) : DEFAULT_KEYS[command];
    return keys;
  } catch {
    return DEFAULT_KEYS;
  }
}
