/** What every view of the console may read and call. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Format } from "../../shared/format.ts";
import type { Translate } from "../../shared/translate.ts";
import type { AgentKey } from "../catalogs.ts";
import type { Desk } from "../desk.ts";
import type { Preferences } from "../preferences.ts";
import type { Route } from "../route.ts";
import type { State } from "../state.ts";

export type Tab = "reply" | "note";
export type Panel = "menu" | "resolve" | "transfer" | "settings" | "brief" | null;

export interface Console {
  state: State;
  desk: Desk;
  t: Translate<AgentKey>;
  format: Format;
  preferences: Preferences;
  prefer<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void;
  /** What lies over the panes. */
  panel: Panel;
  /** `subject`: of which conversation, when it is not the one on the screen. */
  open(panel: Panel, subject?: string): void;
  route: Route;
  /** Go to an address of the console, such as `#/supervision`. */
  to(hash: string): void;
  /** Go to a conversation, or back to the list. */
  go(id: string | null): void;
  tab: Tab;
  /** Write a reply or a note: the composer gets the focus. */
  write(tab: Tab): void;
  /** Put a text at the cursor of the reply. */
  insert(text: string): void;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const context = useContext(ConsoleContext);
  if (!context) throw new Error("expected to be inside of ConsoleContext");
  return context;
}
