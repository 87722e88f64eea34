/** The console's whole state, and how each event changes it: `(state, event) -> state`, no effects. */
import type { ConnectionState } from "../shared/connection.ts";
import type { Outgoing } from "../shared/outbox.ts";
import type { Message } from "../shared/protocol.ts";
import * as change from "./changes.ts";
import type { Configuration } from "./configuration.ts";
import { moved, type Offer, offered, over, type Over, without } from "./offers.ts";
import type { AgentTells, Colleague, Detail, Line, Listed, Note, Presence, QueueItem, Row, Session, SignInHint, Suggestion, Ticket, View } from "./protocol.ts";
import { mergeNotes, type Thread } from "./thread.ts";
import { type Elsewhere, NOWHERE } from "./session.ts";

export type Phase = "loading" | "signed_out" | "expired" | "forbidden" | "failed" | "ready";
export type Loading = "loading" | "ready" | "failed";

/** A sentence for the agent: its key in the catalog, and what fills it. */
export interface Notice {
  id: number;
  tone: "info" | "bad";
  key: string;
  params: Record<string, string>;
  /** What takes it back, and the key of its name. */
  undo?: { key: string; run: () => void };
}

/** What was looked for, and what of it has been found so far. */
export interface Search {
  words: string;
  phase: Loading;
  /** Ids of rows, newest first. */
  found: readonly string[];
  /** By id of the row: the line that the words are in. */
  lines: Readonly<Record<string, Line>>;
  /** Where the next page begins; null at the end. */
  next: string | null;
}

export interface State {
  phase: Phase;
  session: Session | null;
  /** Accounts to try, when this is a demo. */
  hints: readonly SignInHint[];
  elsewhere: Elsewhere;
  connection: ConnectionState;
  /** A first `session_started` has come: the queue is known. */
  live: boolean;
  list: View;
  lists: Readonly<Record<View, Loading>>;
  rows: Readonly<Record<string, Row>>;
  queue: readonly QueueItem[];
  offers: readonly Offer[];
  search: Search | null;
  /** Canned replies, teams and people; null until it was read. */
  configuration: Configuration | null;
  tickets: readonly Ticket[];
  agents: readonly Colleague[];
  selected: string | null;
  threads: Readonly<Record<string, Thread>>;
  outgoing: readonly Outgoing[];
  /** By `client_id`: the language that a reply seems to be in, which the server asks about before it passes it on. */
  doubted: Readonly<Record<string, string>>;
  seen: Readonly<Record<string, number>>;
  notices: readonly Notice[];
  /** What is being asked of the server right now (`accept`, `resolve` ...). */
  busy: string | null;
  /** Milliseconds to add to this machine's clock to get the server's. */
  clockOffset: number;
}

export const initial: State = {
  phase: "loading",
  session: null,
  hints: [],
  elsewhere: NOWHERE,
  connection: "connecting",
  live: false,
  list: "waiting",
  lists: { mine: "loading", waiting: "loading", all: "loading", bot: "loading", tickets: "loading" },
  rows: {},
  queue: [],
  offers: [],
  search: null,
  configuration: null,
  tickets: [],
  agents: [],
  selected: null,
  threads: {},
  outgoing: [],
  doubted: {},
  seen: {},
  notices: [],
  busy: null,
  clockOffset: 0,
};

export type Event =
  | { type: "phase_changed"; phase: Phase }
  | { type: "entrance_described"; hints: SignInHint[]; elsewhere: Elsewhere }
  | { type: "signed_in"; session: Session; seen: Record<string, number> }
  | { type: "connection_changed"; state: ConnectionState }
  | { type: "session_started"; payload: AgentTells["session_started"]; now: number }
  | { type: "queue_changed"; queue: QueueItem[]; now: number }
  | { type: "handoff_offered"; payload: AgentTells["handoff_offered"] }
  | { type: "handoff_updated"; payload: AgentTells["handoff_updated"] }
  | { type: "offer_over"; id: string; how: Over }
  | { type: "offer_gone"; id: string }
  | { type: "searching"; words: string | null }
  | { type: "found"; words: string; listed: Listed; first: boolean }
  | { type: "search_failed"; words: string }
  | { type: "configured"; configuration: Configuration }
  | { type: "presence_changed"; agents: Colleague[] }
  | { type: "presence_asked"; presence: Presence }
  | { type: "list_picked"; list: View }
  | { type: "list_loading" | "list_failed"; list: View }
  | { type: "list_loaded"; list: View; rows: Row[] }
  | { type: "tickets_loaded"; tickets: Ticket[] }
  | { type: "ticket_changed"; ticket: Ticket }
  | { type: "conversation_updated"; conversation: AgentTells["conversation_updated"] }
  | { type: "conversation_selected"; id: string | null }
  | { type: "thread_loaded"; detail: Detail }
  | { type: "thread_failed"; id: string }
  | { type: "messages_added"; id: string; messages: Message[]; more?: boolean }
  | { type: "note_added"; note: Note }
  | { type: "viewing_changed"; payload: AgentTells["viewing_changed"]; now: number }
  | { type: "language_doubted"; client_id: string; found: string | null }
  | { type: "typing_changed"; payload: AgentTells["typing_changed"]; now: number }
  | { type: "suggestions_loaded"; id: string; suggestions: Suggestion[] }
  | { type: "outbox_changed"; items: readonly Outgoing[] }
  | { type: "looked_at"; id: string }
  | { type: "busy_changed"; what: string | null }
  | { type: "notice_shown"; notice: Notice }
  | { type: "notice_gone"; id: number };

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "phase_changed":
      return { ...state, phase: event.phase, busy: null };
    case "entrance_described":
      return { ...state, hints: event.hints, elsewhere: event.elsewhere };
    case "signed_in":
      return signedIn(state, event.session, event.seen);
    case "connection_changed":
      return { ...state, connection: event.state };
    case "session_started":
      return change.sessionStarted(state, event.payload, event.now);
    case "queue_changed":
      return change.withQueue(state, event.queue, event.now);
    case "handoff_offered":
      return { ...change.withRows(state, [{ ...event.payload.conversation, handoff: event.payload.handoff }]), offers: offered(state.offers, event.payload) };
    case "handoff_updated":
      return { ...state, offers: moved(state.offers, event.payload, state.session?.agent.id ?? "") };
    case "offer_over":
      return { ...state, offers: over(state.offers, event.id, event.how) };
    case "offer_gone":
      return { ...state, offers: without(state.offers, event.id) };
    case "searching":
      return { ...state, search: event.words === null ? null : { words: event.words, phase: "loading", found: [], lines: {}, next: null } };
    case "found":
      return change.found(state, event);
    case "search_failed":
      return state.search?.words === event.words ? { ...state, search: { ...state.search, phase: "failed" } } : state;
    case "configured":
      return { ...state, configuration: event.configuration };
    case "presence_changed":
      return change.withAgents(state, event.agents);
    case "presence_asked":
      return change.withPresence(state, event.presence);
    case "list_picked":
      return { ...state, list: event.list };
    case "list_loading":
      return state.lists[event.list] === "ready" ? state : { ...state, lists: { ...state.lists, [event.list]: "loading" } };
    case "list_failed":
      return state.lists[event.list] === "ready" ? state : { ...state, lists: { ...state.lists, [event.list]: "failed" } };
    case "list_loaded":
      return { ...change.withRows(state, event.rows), lists: { ...state.lists, [event.list]: "ready" } };
    case "tickets_loaded":
      return change.withTickets({ ...state, tickets: change.newerThan(event.tickets, state.tickets) }, event.tickets);
    case "ticket_changed":
      return change.withTickets(state, [event.ticket]);
    case "conversation_updated":
      return change.withRows(state, [event.conversation]);
    case "conversation_selected":
      return change.selected(state, event.id);
    case "thread_loaded":
      return change.threadLoaded(state, event.detail);
    case "thread_failed":
      return change.withThread(state, event.id, (thread) => (thread.phase === "ready" ? thread : { ...thread, phase: "failed" }));
    case "messages_added":
      return change.messagesAdded(state, event.id, event.messages, event.more);
    case "note_added":
      return change.withThread(state, event.note.conversation_id, (thread) => ({ ...thread, notes: mergeNotes(thread.notes, [event.note]) }));
    case "viewing_changed":
      return change.viewingChanged(state, event.payload, event.now);
    case "language_doubted":
      return change.doubted(state, event.client_id, event.found);
    case "typing_changed":
      return change.typingChanged(state, event.payload, event.now);
    case "suggestions_loaded":
      return change.suggested(state, event.id, event.suggestions);
    case "outbox_changed":
      return change.outgoing(state, event.items);
    case "looked_at":
      return change.lookedAt(state, event.id);
    case "busy_changed":
      return { ...state, busy: event.what };
    case "notice_shown":
      return { ...state, notices: [...state.notices.filter((notice) => notice.key !== event.notice.key), event.notice].slice(-3) };
    case "notice_gone":
      return { ...state, notices: state.notices.filter((notice) => notice.id !== event.id) };
  }
}

/** Another person at this browser starts from nothing; the same one keeps what is on the screen. */
function signedIn(state: State, session: Session, seen: Record<string, number>): State {
  const same = state.session?.agent.id === session.agent.id;
  const kept = same ? state : { ...initial, hints: state.hints, elsewhere: { ...state.elsewhere, needs: null }, list: state.list };
  return { ...kept, phase: "ready", session, seen: same ? state.seen : seen, busy: null };
}
