/** What the console and the dashboard exchange with the server. The server's payload models are the home of these shapes. */
import type { Asks, Author, ConversationStatus, HandoffStatus, Language, Message, Sent, Tells } from "../shared/protocol.ts";

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
  /** Ids of teams. */
  teams?: string[];
  /** What they may do beside what their role says. */
  rights?: string[];
  /** Conversations that this agent has now. */
  open?: number;
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
  /** `offer`: the server asks one agent at a time; `pick`: who is on duty takes. */
  routing?: "offer" | "pick";
  offer_seconds?: number;
  /** Mail is set up, so that tickets can be answered from here. */
  mail?: boolean;
  /** What the service is called with which the staff may sign in instead. */
  sign_in_service?: string | null;
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
  /** What this shopper writes is refused. */
  blocked?: boolean;
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
  team_id?: string | null;
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
  /** What the shopper wrote last, while they wait. */
  asked?: string | null;
}

export interface QueueItem {
  handoff: Handoff;
  conversation: Conversation;
  last: Line | null;
  asked?: string | null;
  waited_seconds: number;
  team_id?: string | null;
  /** The one agent who is asked just now. */
  offered_to?: string | null;
  offer_expires_at?: string | null;
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
  status: TicketStatus;
  at: string;
  topic?: string | null;
  /** Where the shopper's own answer to a reply goes. */
  reply_to?: string | null;
  replies?: TicketReply[];
}

export type TicketStatus = "open" | "answered" | "closed";

export interface TicketReply {
  name: string;
  text: string;
  at: string;
  mail: "queued" | "sent" | "failed";
}

export interface PreviousEpisode {
  id?: string;
  episode?: number;
  ended_at: string;
  outcome: string;
  topic?: string | null;
}

export interface Brief {
  decisions: DecisionRecord[];
  previous_episodes: number;
  previous?: PreviousEpisode[];
  page?: string | null;
  order?: { number: string; status?: string | null } | null;
  /** What the shop has signed about the shopper; what somebody typed is not here. */
  identity?: { subject: string; name: string | null; email: string | null } | null;
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

/** `GET /api/conversations` */
export interface Listed {
  /** `found`: the line with the words that were looked for. */
  conversations: (Row & { found?: Line & { seq: number } })[];
  /** What to send as `before` for those that are older; null at the end. */
  next?: string | null;
}

type OfConversation = { conversation_id: string };

export interface AgentAsks extends Asks {
  presence_set: { payload: { presence: Presence }; ok: unknown };
  queue_watch: { payload: object; ok: { queue: QueueItem[] } };
  handoff_accept: { payload: { handoff_id: string }; ok: OfConversation };
  handoff_decline: { payload: { handoff_id: string }; ok: unknown };
  message_send: { payload: OfConversation & { client_id: string; text: string; anyway?: boolean }; ok: Sent };
  note_add: { payload: OfConversation & { text: string }; ok: { id: string } };
  conversation_join: { payload: OfConversation; ok: unknown };
  conversation_leave: { payload: OfConversation; ok: unknown };
  conversation_take: { payload: OfConversation; ok: unknown };
  conversation_transfer: { payload: OfConversation & ({ agent_id: string } | { team_id: string }); ok: unknown };
  conversation_assign: { payload: OfConversation & { agent_id: string }; ok: unknown };
  conversation_return: { payload: OfConversation; ok: unknown };
  conversation_resolve: { payload: OfConversation & { disposition: Disposition; topic?: string }; ok: unknown };
  shopper_block: { payload: OfConversation & { blocked: boolean }; ok: unknown };
  typing_set: { payload: OfConversation & { on: boolean }; ok: unknown };
  viewing_set: { payload: OfConversation & { on: boolean }; ok: unknown };
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
  ticket_updated: { ticket: Ticket };
  configuration_changed: { version: number };
  handoff_offered: { handoff: Handoff; conversation: Conversation; expires_at: string };
  handoff_updated: OfConversation & { handoff_id: string; status: HandoffStatus; agent_id: string | null };
  conversation_updated: Conversation & Partial<Pick<Row, "last" | "handoff" | "agent_name">>;
  typing_changed: OfConversation & { author: Author; name?: string | null; on: boolean };
  /** A colleague has the same conversation on the screen, or no longer. */
  viewing_changed: OfConversation & { agent_id: string; name: string; on: boolean };
}
