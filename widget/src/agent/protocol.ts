/** What the console and the dashboard exchange with the server. The server's payload models are the home of these shapes. */
import type { Asks, Author, ConversationStatus, HandoffStatus, Language, Message, Tells } from "../shared/protocol.ts";

export type Presence = "online" | "away" | "offline";
export type Role = "agent" | "supervisor" | "analyst" | "admin";
export type Disposition = "solved" | "not_solved" | "spam";
export type Reason = "asked_for_human" | "low_confidence" | "out_of_scope" | "repeated_failure" | "negative_feedback" | "entry_action" | "agent_initiated";
export type ListName = "mine" | "waiting" | "all" | "bot";
/** What the left pane can show. */
export type View = ListName | "tickets";

export interface Agent {
  id: string;
  name: string;
  email: string;
  role: Role;
  languages: string[];
  capacity: number;
  presence: Presence;
  disabled: boolean;
}

/** A colleague, as lists of names give them: presence comes along in `session_started` and `presence_changed`. */
export type Colleague = Pick<Agent, "id" | "name"> & Partial<Agent>;

export interface SignInHint {
  email: string;
  password: string;
}

export interface StaffSettings {
  languages?: Language[];
  message_length?: number;
  demo?: boolean;
  demo_sign_in?: SignInHint[];
}

export interface Session {
  agent: Agent;
  settings: StaffSettings;
}

export interface Conversation {
  id: string;
  status: ConversationStatus;
  locale: string;
  language: string;
  last_seq: number;
  surface: string;
  page: string | null;
  time_zone: string | null;
  episode: number;
  agent_id: string | null;
  handoff_id: string | null;
  disposition: Disposition | null;
  created_at: string;
  updated_at: string;
}

export interface Handoff {
  id: string;
  conversation_id: string;
  status: HandoffStatus;
  reason: Reason;
  language: string;
  topic: string | null;
  order_number: string | null;
  requested_at: string;
  expires_at: string;
  accepted_by: string | null;
}

/** The last line of a conversation, for its list. */
export interface Line {
  author: Author;
  text: string;
}

/** One row of a list. */
export interface Row extends Conversation {
  last: Line | null;
  handoff: Handoff | null;
  agent_name: string | null;
}

export interface QueueItem {
  handoff: Handoff;
  conversation: Conversation;
  last: Line | null;
  waited_seconds: number;
}

export interface Candidate {
  entry: string;
  title: string;
  /** Calibrated probability, 0 to 1. */
  confidence: number;
}

export interface DecisionRecord {
  message_id: string;
  reply_id: string | null;
  at: string;
  action: string;
  reason: string | null;
  entry: string | null;
  confidence: number | null;
  candidates: Candidate[];
  language: string;
  kb_version?: string;
}

export interface Note {
  id: string;
  conversation_id: string;
  name: string;
  text: string;
  at: string;
}

export interface Suggestion {
  entry: string;
  title: string;
  text: string;
  language: string;
  confidence: number;
}

export interface Ticket {
  id: string;
  conversation_id: string;
  number: string;
  email: string;
  text: string;
  language: string;
  status: string;
  at: string;
}

export interface Brief {
  decisions: DecisionRecord[];
  previous_episodes: number;
}

/** `GET /api/conversations/{id}` */
export interface Detail {
  conversation: Conversation;
  messages: Message[];
  more: boolean;
  handoff: Handoff | null;
  brief: Brief;
  notes: Note[];
  agents: { id: string; name: string }[];
}

type OfConversation = { conversation_id: string };

export interface AgentAsks extends Asks {
  presence_set: { payload: { presence: Presence }; ok: unknown };
  queue_watch: { payload: object; ok: { queue: QueueItem[] } };
  handoff_accept: { payload: { handoff_id: string }; ok: OfConversation };
  handoff_decline: { payload: { handoff_id: string }; ok: unknown };
  message_send: { payload: OfConversation & { client_id: string; text: string }; ok: { id: string; seq: number } };
  note_add: { payload: OfConversation & { text: string }; ok: { id: string } };
  conversation_join: { payload: OfConversation; ok: unknown };
  conversation_leave: { payload: OfConversation; ok: unknown };
  conversation_take: { payload: OfConversation; ok: unknown };
  conversation_transfer: { payload: OfConversation & { agent_id: string }; ok: unknown };
  conversation_return: { payload: OfConversation; ok: unknown };
  conversation_resolve: { payload: OfConversation & { disposition: Disposition; topic?: string }; ok: unknown };
  typing_set: { payload: OfConversation & { on: boolean }; ok: unknown };
  suggestion_list: { payload: OfConversation & { text?: string }; ok: { suggestions: Suggestion[] } };
  resume: { payload: OfConversation & { after_seq: number; limit?: number }; ok: { messages: Message[]; status: ConversationStatus; last_seq: number; more: boolean } };
  history: { payload: OfConversation & { before_seq: number; limit?: number }; ok: { messages: Message[]; more?: boolean } };
}

export interface AgentTells extends Tells {
  session_started: { agent: Agent; queue: QueueItem[]; agents: Colleague[] };
  queue_changed: { queue: QueueItem[] };
  presence_changed: { agents: Colleague[] };
  message_added: Message;
  note_added: Note;
  ticket_added: Ticket;
  conversation_updated: Conversation & Partial<Pick<Row, "last" | "handoff" | "agent_name">>;
  typing_changed: OfConversation & { author: Author; name?: string | null; on: boolean };
}
