/** The console's whole state, and how each event changes it: `(state, event) -> state`, no effects. */
import type { ConnectionState } from "../shared/connection.ts";
import type { Outgoing } from "../shared/outbox.ts";
import type { Message } from "../shared/protocol.ts";
import type { AgentTells, Colleague, Detail, Note, Presence, QueueItem, Row, Session, SignInHint, Suggestion, Ticket, View } from "./protocol.ts";
import { emptyThread, merge, mergeNotes, type Thread } from "./thread.ts";

export type Phase = "loading" | "signed_out" | "expired" | "forbidden" | "failed" | "ready";
export type Loading = "loading" | "ready" | "failed";

/** A sentence for the agent: its key in the catalog, and what fills it. */
export interface Notice {
  id: number;
  tone: "info" | "bad";
  key: string;
  params: Record<string, string>;
}

export interface State {
  phase: Phase;
  session: Session | null;
  /** Accounts to try, when this is a demo. */
  hints: readonly SignInHint[];
  connection: ConnectionState;
  /** A first `session_started` has come: the queue is known. */
  live: boolean;
  list: View;
  lists: Readonly<Record<View, Loading>>;
  rows: Readonly<Record<string, Row>>;
  queue: readonly QueueItem[];
  tickets: readonly Ticket[];
  agents: readonly Colleague[];
  selected: string | null;
  threads: Readonly<Record<string, Thread>>;
  outgoing: readonly Outgoing[];
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
  connection: "connecting",
  live: false,
  list: "waiting",
  lists: { mine: "loading", waiting: "loading", all: "loading", bot: "loading", tickets: "loading" },
  rows: {},
  queue: [],
  tickets: [],
  agents: [],
  selected: null,
  threads: {},
  outgoing: [],
  seen: {},
  notices: [],
  busy: null,
  clockOffset: 0,
};

export type Event =
  | { type: "phase_changed"; phase: Phase }
  | { type: "hints_given"; hints: SignInHint[] }
  | { type: "signed_in"; session: Session; seen: Record<string, number> }
  | { type: "connection_changed"; state: ConnectionState }
  | { type: "session_started"; payload: AgentTells["session_started"]; now: number }
  | { type: "queue_changed"; queue: QueueItem[]; now: number }
  | { type: "presence_changed"; agents: Colleague[] }
  | { type: "presence_asked"; presence: Presence }
  | { type: "list_picked"; list: View }
  | { type: "list_loading" | "list_failed"; list: View }
  | { type: "list_loaded"; list: View; rows: Row[] }
  | { type: "tickets_loaded"; tickets: Ticket[] }
  | { type: "ticket_added"; ticket: Ticket }
  | { type: "conversation_updated"; conversation: AgentTells["conversation_updated"] }
  | { type: "conversation_selected"; id: string | null }
  | { type: "thread_loaded"; detail: Detail }
  | { type: "thread_failed"; id: string }
  | { type: "messages_added"; id: string; messages: Message[]; more?: boolean }
  | { type: "note_added"; note: Note }
  | { type: "typing_changed"; payload: AgentTells["typing_changed"]; now: number }
  | { type: "suggestions_loaded"; id: string; suggestions: Suggestion[] }
  | { type: "outbox_changed"; items: readonly Outgoing[] }
  | { type: "looked_at"; id: string }
  | { type: "busy_changed"; what: string | null }
  | { type: "notice_shown"; notice: Notice }
  | { type: "notice_gone"; id: number };

/** A typing sign without its end is forgotten after this long: the end may have been lost. */
export const TYPING_MILLISECONDS = 8_000;

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "phase_changed":
      return { ...state, phase: event.phase, busy: null };
    case "hints_given":
      return { ...state, hints: event.hints };
    case "signed_in":
      return signedIn(state, event.session, event.seen);
    case "connection_changed":
      return { ...state, connection: event.state };
    case "session_started":
      return sessionStarted(state, event.payload, event.now);
    case "queue_changed":
      return withQueue(state, event.queue, event.now);
    case "presence_changed":
      return withAgents(state, event.agents);
    case "presence_asked":
      return withPresence(state, event.presence);
    case "list_picked":
      return { ...state, list: event.list };
    case "list_loading":
      return state.lists[event.list] === "ready" ? state : { ...state, lists: { ...state.lists, [event.list]: "loading" } };
    case "list_failed":
      return state.lists[event.list] === "ready" ? state : { ...state, lists: { ...state.lists, [event.list]: "failed" } };
    case "list_loaded":
      return { ...withRows(state, event.rows), lists: { ...state.lists, [event.list]: "ready" } };
    case "tickets_loaded":
      return withTickets({ ...state, tickets: [] }, event.tickets);
    case "ticket_added":
      return withTickets(state, [event.ticket]);
    case "conversation_updated":
      return withRows(state, [event.conversation]);
    case "conversation_selected":
      return selected(state, event.id);
    case "thread_loaded":
      return threadLoaded(state, event.detail);
    case "thread_failed":
      return withThread(state, event.id, (thread) => (thread.phase === "ready" ? thread : { ...thread, phase: "failed" }));
    case "messages_added":
      return messagesAdded(state, event.id, event.messages, event.more);
    case "note_added":
      return withThread(state, event.note.conversation_id, (thread) => ({ ...thread, notes: mergeNotes(thread.notes, [event.note]) }));
    case "typing_changed":
      return typingChanged(state, event.payload, event.now);
    case "suggestions_loaded":
      return suggested(state, event.id, event.suggestions);
    case "outbox_changed":
      return { ...state, outgoing: event.items };
    case "looked_at":
      return lookedAt(state, event.id);
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
  const kept = same ? state : { ...initial, hints: state.hints, list: state.list };
  return { ...kept, phase: "ready", session, seen: same ? state.seen : seen, busy: null };
}

function sessionStarted(state: State, payload: AgentTells["session_started"], now: number): State {
  const session = state.session && { ...state.session, agent: { ...state.session.agent, ...payload.agent } };
  return withAgents({ ...withQueue(state, payload.queue, now), session, live: true }, payload.agents);
}

/** How far this clock is behind the server's: the queue says how long somebody has waited, and since when. */
function offset(queue: QueueItem[], now: number, before: number): number {
  const first = queue[0];
  return first ? Date.parse(first.handoff.requested_at) + first.waited_seconds * 1000 - now : before;
}

function withQueue(state: State, queue: QueueItem[], now: number): State {
  const rows = queue.map(({ conversation, handoff, last }) => ({ ...conversation, handoff, last }));
  return {
    ...withRows(state, rows),
    queue,
    clockOffset: offset(queue, now, state.clockOffset),
    lists: { ...state.lists, waiting: "ready" },
  };
}

function withAgents(state: State, agents: Colleague[]): State {
  const me = agents.find((agent) => agent.id === state.session?.agent.id);
  const next = { ...state, agents };
  return me?.presence ? withPresence(next, me.presence) : next;
}

function withPresence(state: State, presence: Presence): State {
  if (!state.session) return state;
  return { ...state, session: { ...state.session, agent: { ...state.session.agent, presence } } };
}

type PartialRow = AgentTells["conversation_updated"];

/** Rows by id; what an update does not carry (last line, hand-off, name) is kept, unless it is known to be over. */
function withRows(state: State, updates: readonly PartialRow[]): State {
  if (!updates.length) return state;
  const rows = { ...state.rows };
  for (const update of updates) {
    const known = rows[update.id];
    if (known && known.last_seq > update.last_seq && known.updated_at > update.updated_at) continue; // an older copy came later
    const row: Row = { last: null, handoff: null, agent_name: null, ...known, ...update };
    if (update.agent_name === undefined) row.agent_name = nameOf(state, row.agent_id);
    rows[update.id] = row;
  }
  return { ...state, rows };
}

const nameOf = (state: State, id: string | null): string | null =>
  id === null ? null : ((id === state.session?.agent.id ? state.session.agent.name : state.agents.find((agent) => agent.id === id)?.name) ?? null);

function selected(state: State, id: string | null): State {
  if (id === null) return { ...state, selected: null };
  return { ...state, selected: id, threads: state.threads[id] ? state.threads : { ...state.threads, [id]: emptyThread } };
}

function withThread(state: State, id: string, change: (thread: Thread) => Thread): State {
  const thread = state.threads[id];
  return thread ? { ...state, threads: { ...state.threads, [id]: change(thread) } } : state;
}

function threadLoaded(state: State, { conversation, messages, notes, more, ...detail }: Detail): State {
  const last = messages.at(-1);
  const row = { ...conversation, handoff: detail.handoff, ...(last ? { last: { author: last.author, text: last.text } } : {}) };
  const next = withRows({ ...state, threads: { [conversation.id]: emptyThread, ...state.threads } }, [row]);
  return withThread(next, conversation.id, (thread) => ({
    ...thread,
    phase: "ready",
    detail,
    messages: merge(thread.messages, messages),
    notes: mergeNotes(thread.notes, notes),
    // The first page that was loaded says whether there is more above it; later ones only add at the end.
    more: thread.phase === "ready" ? thread.more : more,
  }));
}

function messagesAdded(state: State, id: string, messages: Message[], more?: boolean): State {
  const next = withThread(state, id, (thread) => ({
    ...thread,
    messages: merge(thread.messages, messages),
    typing: messages.some((message) => message.author === thread.typing?.author) ? null : thread.typing,
    ...(more === undefined ? {} : { more }),
  }));
  const row = state.rows[id];
  const last = messages.at(-1);
  if (!row || !last || last.seq < row.last_seq) return next;
  const updated = { ...row, last_seq: last.seq, last: { author: last.author, text: last.text }, updated_at: last.at > row.updated_at ? last.at : row.updated_at };
  return { ...next, rows: { ...next.rows, [id]: updated } };
}

/** Newest first, each once. */
function withTickets(state: State, added: readonly Ticket[]): State {
  const byId = new Map([...state.tickets, ...added].map((ticket) => [ticket.id, ticket]));
  return { ...state, tickets: [...byId.values()].sort((a, b) => b.at.localeCompare(a.at)), lists: { ...state.lists, tickets: "ready" } };
}

/** Below this an answer is noise, and "thanks" must not push out what fitted the question before it. */
const WORTH_SUGGESTING = 0.05;

function suggested(state: State, id: string, suggestions: readonly Suggestion[]): State {
  const worth = suggestions.filter((suggestion) => suggestion.confidence >= WORTH_SUGGESTING);
  return worth.length ? withThread(state, id, (thread) => ({ ...thread, suggestions: worth })) : state;
}

function typingChanged(state: State, { conversation_id, author, name, on }: AgentTells["typing_changed"], now: number): State {
  if (author !== "shopper" && author !== "agent") return state;
  if (author === "agent" && name === state.session?.agent.name) return state;
  return withThread(state, conversation_id, (thread) => ({ ...thread, typing: on ? { author, name: name ?? null, at: now } : null }));
}

function lookedAt(state: State, id: string): State {
  const row = state.rows[id];
  if (!row || state.seen[id] === row.last_seq) return state;
  return { ...state, seen: { ...state.seen, [id]: row.last_seq } };
}
