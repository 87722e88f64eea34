/** How one event changes the state, where that takes more than a line. */
import type { Outgoing } from "../shared/outbox.ts";
import type { Message } from "../shared/protocol.ts";
import { inQueue } from "./offers.ts";
import type { AgentTells, Colleague, Detail, Listed, Presence, QueueItem, Row, Suggestion, Ticket } from "./protocol.ts";
import type { State } from "./state.ts";
import { emptyThread, merge, mergeNotes, type Thread } from "./thread.ts";

export function sessionStarted(state: State, payload: AgentTells["session_started"], now: number): State {
  const session = state.session && { ...state.session, agent: { ...state.session.agent, ...payload.agent } };
  // Whatever happened to offers while the line was down: the queue says what is still asked.
  const fresh = { ...state, offers: state.offers.filter((offer) => offer.over) };
  return withAgents({ ...withQueue(fresh, payload.queue, now), session, live: true }, payload.agents);
}

/** How far this clock is behind the server's: the queue says how long somebody has waited, and since when. */
function offset(queue: QueueItem[], now: number, before: number): number {
  const first = queue[0];
  return first ? Date.parse(first.handoff.requested_at) + first.waited_seconds * 1000 - now : before;
}

export function withQueue(state: State, queue: QueueItem[], now: number): State {
  const rows = queue.map(({ conversation, handoff, last, asked = null }) => ({ ...conversation, handoff, last, asked }));
  return {
    ...withRows(state, rows),
    queue,
    offers: inQueue(state.offers, queue, state.session?.agent.id ?? ""),
    clockOffset: offset(queue, now, state.clockOffset),
    lists: { ...state.lists, waiting: "ready" },
  };
}

export function withAgents(state: State, agents: Colleague[]): State {
  const me = agents.find((agent) => agent.id === state.session?.agent.id);
  const next = { ...state, agents };
  return me?.presence ? withPresence(next, me.presence) : next;
}

export function withPresence(state: State, presence: Presence): State {
  if (!state.session) return state;
  return { ...state, session: { ...state.session, agent: { ...state.session.agent, presence } } };
}

type PartialRow = AgentTells["conversation_updated"];

/** Rows by id; what an update does not carry (last line, hand-off, name) is kept, unless it is known to be over. */
export function withRows(state: State, updates: readonly PartialRow[]): State {
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

export function selected(state: State, id: string | null): State {
  if (id === null) return { ...state, selected: null };
  return { ...state, selected: id, threads: state.threads[id] ? state.threads : { ...state.threads, [id]: emptyThread } };
}

export function withThread(state: State, id: string, change: (thread: Thread) => Thread): State {
  const thread = state.threads[id];
  return thread ? { ...state, threads: { ...state.threads, [id]: change(thread) } } : state;
}

export function threadLoaded(state: State, { conversation, messages, notes, more, ...detail }: Detail): State {
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

export function messagesAdded(state: State, id: string, messages: Message[], more?: boolean): State {
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

/** The known tickets that came while the list was under way. */
export function newerThan(listed: readonly Ticket[], known: readonly Ticket[]): Ticket[] {
  return known.filter((ticket) => listed.every((other) => ticket.at > other.at));
}

/** Newest first, each once. */
export function withTickets(state: State, added: readonly Ticket[]): State {
  const byId = new Map([...state.tickets, ...added].map((ticket) => [ticket.id, ticket]));
  return { ...state, tickets: [...byId.values()].sort((a, b) => b.at.localeCompare(a.at)), lists: { ...state.lists, tickets: "ready" } };
}

/** Another page of what was looked for; an answer to an older question comes too late. */
export function found(state: State, { words, listed, first }: { words: string; listed: Listed; first: boolean }): State {
  if (state.search?.words !== words) return state;
  const rows = listed.conversations.map(({ found: _, ...row }) => row);
  const lines = Object.fromEntries(listed.conversations.flatMap(({ id, found: line }) => (line ? [[id, line]] : [])));
  const known = first ? [] : state.search.found;
  const ids = [...known, ...rows.map((row) => row.id).filter((id) => !known.includes(id))];
  return { ...withRows(state, rows), search: { words, phase: "ready", found: ids, lines: { ...state.search.lines, ...lines }, next: listed.next ?? null } };
}

/** Below this an answer is noise, and "thanks" must not push out what fitted the question before it. */
const WORTH_SUGGESTING = 0.05;

export function suggested(state: State, id: string, suggestions: readonly Suggestion[]): State {
  const worth = suggestions.filter((suggestion) => suggestion.confidence >= WORTH_SUGGESTING);
  return worth.length ? withThread(state, id, (thread) => ({ ...thread, suggestions: worth })) : state;
}

export function typingChanged(state: State, { conversation_id, author, name, on }: AgentTells["typing_changed"], now: number): State {
  if (author !== "shopper" && author !== "agent") return state;
  if (author === "agent" && name === state.session?.agent.name) return state;
  return withThread(state, conversation_id, (thread) => ({ ...thread, typing: on ? { author, name: name ?? null, at: now } : null }));
}

export function lookedAt(state: State, id: string): State {
  const row = state.rows[id];
  if (!row || state.seen[id] === row.last_seq) return state;
  return { ...state, seen: { ...state.seen, [id]: row.last_seq } };
}

/** A colleague says every few seconds that they are still there; `on: false` is their farewell. */
export function viewingChanged(state: State, { conversation_id, agent_id, name, on }: AgentTells["viewing_changed"], now: number): State {
  if (agent_id === state.session?.agent.id) return state;
  return withThread(state, conversation_id, (thread) => {
    const others = thread.viewers.filter((viewer) => viewer.id !== agent_id);
    return { ...thread, viewers: on ? [...others, { id: agent_id, name, at: now }] : others };
  });
}

export function doubted(state: State, client_id: string, language: string | null): State {
  const { [client_id]: _, ...others } = state.doubted;
  return { ...state, doubted: language === null ? others : { ...others, [client_id]: language } };
}

/** What is no longer on its way is no longer doubted. */
export function outgoing(state: State, items: readonly Outgoing[]): State {
  const kept = Object.entries(state.doubted).filter(([client_id]) => items.some((item) => item.client_id === client_id));
  return { ...state, outgoing: items, doubted: Object.fromEntries(kept) };
}
