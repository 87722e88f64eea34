/** What the chat shows, as one value; and how each event changes it. Pure. */
import type { ConnectionState } from "../shared/connection.ts";
import type { Outgoing } from "../shared/outbox.ts";
import type { Author, Conversation, ConversationStatus, Given, Handoff, Message, ShopperSettings } from "../shared/protocol.ts";

/** As many messages as a long screen shows; earlier ones are asked for. */
export const FIRST_PAGE = 50;

export interface State {
  connection: ConnectionState;
  /** There was a session already, so "connecting" means "again". */
  started: boolean;
  open: boolean;
  /** The page is the visible tab. */
  visible: boolean;
  conversation: string;
  status: ConversationStatus;
  settings: ShopperSettings | null;
  /** Ordered by seq, from `first` + 1 on; after `last` there may be a gap that is being pulled. */
  messages: readonly Message[];
  /** Messages before the ones that are loaded. */
  first: number;
  /** Highest seq without a gap before it. */
  last: number;
  /** Highest seq that was on the screen. */
  seen: number;
  outgoing: readonly Outgoing[];
  /** Who is writing; `bot` also while an answer is awaited. */
  typing: { author: Author; name?: string | undefined } | null;
  handoff: Handoff | null;
  agent: string | null;
  /** By message id: what was thought of an answer, and whether the comment is open. */
  feedback: Readonly<Record<string, { helpful: boolean; asking: boolean }>>;
  /** By message id: a choice was made. */
  picked: Readonly<Record<string, boolean>>;
  /** By message id: a long message is shown in full. */
  unfolded: Readonly<Record<string, boolean>>;
  rating: "csat" | "comment" | "nps" | "done" | null;
  sheet: "menu" | "forget" | "mail" | "code" | "ticket" | null;
  /** Where the transcript goes, once the code that was sent there is typed in. */
  email: string;
  /** One sentence about what went wrong, until the next success. */
  notice: string | null;
  /** One sentence about what went well, until something else happens. */
  said: string | null;
  sound: boolean;
}

/** What is simply so from now on. */
export type Fact = "connection" | "open" | "visible" | "seen" | "outgoing" | "typing" | "rating" | "handoff" | "sheet" | "email" | "notice" | "said" | "sound";
export type Mark = "feedback" | "picked" | "unfolded";

export type Event =
  | { type: "set"; facts: Partial<Pick<State, Fact>> }
  | { type: "mark"; what: Mark; id: string; as: boolean | State["feedback"][string] }
  /** `step`: where the shopper was with the rating. */
  | { type: "started"; conversation: Conversation; settings: ShopperSettings; rating?: Given | undefined; step?: State["rating"] | undefined }
  /** `live`: happening now, and not read from the past. */
  | { type: "messages"; messages: readonly Message[]; live?: boolean }
  | { type: "status"; status: ConversationStatus; settings?: Partial<ShopperSettings> | undefined }
  | { type: "handoff"; handoff: Handoff };

export const initial: State = {
  connection: "connecting",
  started: false,
  open: false,
  visible: true,
  conversation: "",
  status: "bot",
  settings: null,
  messages: [],
  first: 0,
  last: 0,
  seen: 0,
  outgoing: [],
  typing: null,
  handoff: null,
  agent: null,
  feedback: {},
  picked: {},
  unfolded: {},
  rating: null,
  sheet: null,
  email: "",
  notice: null,
  said: null,
  sound: false,
};

/** Merge by seq: what came twice stays once, what came late goes where it belongs. */
function merge(state: State, arrived: readonly Message[]): State {
  const known = new Map(state.messages.map((message) => [message.seq, message]));
  // An acknowledged message of ours may come again from the server, which knows it better.
  for (const message of arrived) known.set(message.seq, { ...known.get(message.seq), ...message });
  const messages = [...known.values()].sort((one, other) => one.seq - other.seq);
  const first = Math.min(state.first, (messages[0]?.seq ?? 1) - 1);
  let last = Math.max(first, state.last);
  while (known.has(last + 1)) last += 1;
  const answered = arrived.some(({ author, seq }) => author !== "shopper" && seq > state.last);
  return {
    ...state,
    messages,
    first,
    last,
    agent: messages.findLast(({ author }) => author === "agent")?.name ?? state.agent,
    outgoing: state.outgoing.filter((item) => !arrived.some(({ client_id }) => client_id === item.client_id)),
    feedback: { ...Object.fromEntries(arrived.flatMap(({ id, helpful }) => (helpful == null ? [] : [[id, { helpful, asking: false }]]))), ...state.feedback },
    typing: answered ? null : state.typing,
  };
}

/** Another conversation than before starts empty; the same one goes on where it was. */
function start(state: State, { conversation: { id, last_seq, status }, settings, rating, step = null }: Event & { type: "started" }): State {
  const first = Math.max(0, last_seq - FIRST_PAGE);
  const { open, visible, outgoing, sound, seen } = state;
  const same = state.conversation === id;
  const here = same ? state : { ...initial, open, visible, outgoing, sound, seen: Math.min(seen, last_seq), first, last: first };
  // A rating that was begun goes on after a reload; one that was done, or skipped, is not asked for again.
  const asked = rating ? (rating.csat === null ? "csat" : step === "done" ? null : step) : null;
  const next = withStatus(here, status);
  return { ...next, connection: "online", started: true, conversation: id, settings, rating: next.rating ?? asked };
}

/** An old offer of the queue means nothing any more once somebody is there, or it is over. */
function withStatus(state: State, status: ConversationStatus): State {
  const queued = state.handoff?.status === "waiting" || state.handoff?.status === "offered";
  const keeps = status === "waiting" || (status === "bot" && !queued);
  const over = status === "resolved" || status === "closed";
  return {
    ...state,
    status,
    handoff: keeps || (status === "agent" && state.handoff?.agent) ? state.handoff : null,
    typing: status === state.status ? state.typing : null,
    rating: over ? state.rating : null,
  };
}

/** A new place in the queue, or somebody's arrival, is known before the conversation's own update comes. */
const AFTER: Partial<Record<Handoff["status"], ConversationStatus>> = { waiting: "waiting", offered: "waiting", lost: "waiting", accepted: "agent" };

/** What was on a visible screen was seen. */
const look = (state: State): State => (state.open && state.visible && state.last > state.seen ? { ...state, seen: state.last } : state);

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "set":
      return look({ ...state, ...event.facts });
    case "mark":
      return { ...state, [event.what]: { ...state[event.what], [event.id]: event.as } };
    case "started":
      return look(start(state, event));
    case "messages":
      return look(merge(state, event.messages));
    case "status":
      return { ...withStatus(state, event.status), settings: state.settings && { ...state.settings, ...event.settings } };
    case "handoff": {
      const { handoff } = event;
      const status = AFTER[handoff.status] ?? state.status;
      const typing = status === state.status ? state.typing : null;
      return { ...state, status, handoff, typing, agent: handoff.agent?.name ?? state.agent };
    }
    default:
      return event satisfies never;
  }
}

/** Messages from others that were never on the screen. */
export const unread = (state: State): number =>
  state.messages.filter(({ author, seq }) => seq > state.seen && (author === "bot" || author === "agent")).length;

/** The server has messages that are not here: pull from `last` on. */
export const hasGap = (state: State): boolean => (state.messages.at(-1)?.seq ?? 0) > state.last;
