/** What the launcher and the chat know of one another; the chat is loaded later, from its own chunk. */
export interface Host extends HTMLElement {
  readonly root: ShadowRoot;
  /** Base URL of the server, with a slash at its end. */
  readonly server: string;
  readonly launcher: HTMLElement;
  readonly button: HTMLButtonElement;
  /** What the launcher was drawn in; its locale chunk is loaded already. */
  readonly language: string;
  tell(event: EventName, detail?: unknown): void;
}

export type EventName = "ready" | "open" | "close" | "message" | "unread" | "handoff" | "rating" | "error";

/** Everything that the page may ask of a loaded chat; `open` and its like are the launcher's business too. */
export interface Chat {
  readonly isOpen: boolean;
  /** Without `focus` the page keeps it (the chat was open on the page before). */
  open(focus?: boolean): void;
  close(): void;
  /** Connect without opening: a person may answer any time. */
  connect(): void;
  setLocale(locale: string): Promise<void>;
  identify(jwt: string): void;
  reset(): void;
  prefill(text: string): void;
  send(text: string): void;
  destroy(): void;
}

/** What is kept in local storage, under `parley:<server>`: a random token and nothing about the person. */
export interface Kept {
  token?: string | undefined;
  /** A person is asked for or there: connect on the next page too, as an answer may come any time. */
  live?: boolean;
  /** Highest seq that was on the screen. */
  seen?: number;
  /** Chosen in the chat's header; overrules the page's. */
  locale?: string | undefined;
  sound?: boolean | undefined;
  /** How far the rating of the last episode is. */
  rating?: string | null | undefined;
}

export const storageKey = (server: string): string => `parley:${server}`;
