/** What every part of the view gets: the state to show, and the session to ask. */
import type { Host } from "../embed/host.ts";
import type { Format } from "../shared/format.ts";
import type { Translate } from "../shared/translate.ts";
import type english from "../../locales/shopper.en.json";
import type englishLater from "../../locales/shopper-later.en.json";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export type Key = keyof typeof english | keyof typeof englishLater;

export interface View {
  state: State;
  session: Session;
  host: Host;
  t: Translate<Key>;
  format: Format;
  language: string;
  setLanguage(language: string): Promise<void>;
  close(): void;
  /** The parts that are needed later, once they are loaded. */
  later: typeof import("./later.tsx") | null;
  /** Load them, and show again. */
  needLater(): void;
}
