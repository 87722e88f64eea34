/** The wire, as the server speaks it: names and shapes of Socket.IO events. The server's payload models are their home. */

export type Author = "shopper" | "bot" | "agent" | "system";
export type Language = "en" | "es" | "fr";
export type ConversationStatus = "bot" | "waiting" | "agent" | "resolved" | "closed";
export type Decision = "answer" | "clarify" | "ask_order_number" | "handoff" | "smalltalk";
export type HandoffStatus = "waiting" | "offered" | "accepted" | "resolved" | "returned" | "expired" | "cancelled" | "lost";
export type ErrorCode =
  | "bad_input"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "too_large"
  | "too_fast"
  | "internal"
  | "unavailable"
  | "unknown_event";

export type Inline =
  | { type: "text"; text: string }
  | { type: "bold" | "emphasis"; children: Inline[] }
  | { type: "link"; href: string; children: Inline[] }
  | { type: "break" };

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "list"; ordered: boolean; items: Block[][] };

export interface Choice {
  entry: string;
  title: string;
}

export interface Source {
  entry: string;
  title: string;
  url: string;
}

export interface Message {
  id: string;
  /** 1, 2, 3 ... within the conversation, without gaps. */
  seq: number;
  conversation_id: string;
  client_id?: string | null;
  author: Author;
  name?: string | null;
  language: string;
  text: string;
  blocks?: Block[] | null;
  choices?: Choice[] | null;
  source?: Source | null;
  decision?: Decision | null;
  entry?: string | null;
  reason?: string | null;
  /** What was taken out of the text before it was stored. */
  hidden?: "card"[] | null;
  /** What the shopper thought of it, told when it is read again. */
  helpful?: boolean | null;
  /** ISO 8601, UTC. */
  at: string;
}

export interface Conversation {
  id: string;
  status: ConversationStatus;
  locale: string;
  last_seq: number;
}

export interface ShopperSettings {
  languages: string[];
  default_language: string;
  /** Longest message, in characters. */
  message_length: number;
  /** Questions to start with, in the conversation's language. */
  suggestions: Choice[];
  greeting?: string | null;
  /** What a shopper is told before the first message: whose chat it is, for how many days it is kept, where to read more. */
  privacy?: { shop: string | null; days: number; url: string | null };
  /** Whether the server can send mail (transcripts, tickets). */
  mail?: boolean;
  /** Whether it is open now, and when it is again (ISO 8601), where that is known. */
  people?: { open: boolean; back_at: string | null };
}

/** What was given of the rating of an episode that somebody ended; null where there is nothing to rate. */
export type Given = { csat: number | null; nps: number | null } | null;

export interface Handoff {
  status: HandoffStatus;
  /** Place in the queue, 1 is next. */
  position?: number | null;
  /** An honest estimate in seconds, where there is one. */
  wait_seconds?: number | null;
  /** Nobody can come: outside hours (until `back_at`), or nobody is on duty. */
  away?: { back_at: string | null } | null;
  agent?: { name: string; languages?: string[] } | null;
}

/** Where an acknowledged message stands; with its text when other words were stored than were sent. */
export type Sent = Pick<Message, "id" | "seq"> & Partial<Pick<Message, "text" | "hidden">>;

/** What a client asks (imperative), with the payload and what `{"ok": ...}` holds. */
export type Asks = Record<string, { payload: object; ok: unknown }>;

export interface ShopperAsks extends Asks {
  message_send: { payload: { client_id: string; text: string }; ok: Sent };
  resume: { payload: { after_seq: number; limit?: number }; ok: { messages: Message[]; status: ConversationStatus; last_seq: number; more: boolean } };
  history: { payload: { before_seq: number }; ok: { messages: Message[]; more?: boolean } };
  typing_set: { payload: { on: boolean }; ok: unknown };
  choice_pick: { payload: { message_id: string; entry: string }; ok: unknown };
  handoff_request: { payload: object; ok: unknown };
  handoff_cancel: { payload: object; ok: unknown };
  ticket_open: { payload: { email: string; text: string }; ok: { number: string } };
  feedback_give: { payload: { message_id: string; helpful: boolean; comment?: string }; ok: unknown };
  rating_submit: { payload: { csat?: number; nps?: number; comment?: string }; ok: unknown };
  locale_set: { payload: { locale: string }; ok: unknown };
  page_set: { payload: { page: string }; ok: unknown };
  identify: { payload: { jwt: string }; ok: unknown };
  /** The token of this browser opens nothing any more. */
  sign_out: { payload: object; ok: unknown };
  transcript_send: { payload: { email: string; code?: string }; ok: { mailed: "code" | "transcript" } };
  conversation_end: { payload: object; ok: unknown };
  conversation_delete: { payload: object; ok: unknown };
}

/** What the server tells (past tense): event to payload. */
export type Tells = object;

export interface ShopperTells {
  session_started: { token: string; conversation: Conversation; settings: ShopperSettings; rating?: Given };
  message_added: Message;
  conversation_updated: Partial<Conversation> & { id: string; status: ConversationStatus; settings?: Partial<ShopperSettings> };
  handoff_updated: Handoff;
  typing_changed: { on: boolean; author?: Author; name?: string };
  rating_requested: { csat?: number | null; nps?: number | null };
}
