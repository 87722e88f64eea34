/** Amir's desk, Carol's conversation: small builders that the tests of the console share. */
import type { Agent, Conversation, Handoff, QueueItem, Row, Session } from "../../src/agent/protocol.ts";
import { type Event, initial, reduce, type State } from "../../src/agent/state.ts";
import type { Message } from "../../src/shared/protocol.ts";

export const AMIR: Agent = { id: "amir", name: "Amir", email: "amir@shop.example", role: "agent", languages: ["en", "es"], capacity: 4, presence: "online", disabled: false };
export const BETH: Agent = { ...AMIR, id: "beth", name: "Beth", email: "beth@shop.example", languages: ["fr"] };
export const SESSION: Session = { agent: AMIR, settings: {} };

/** A time on one morning, in minutes past nine (UTC). */
export const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 21, 9, minutes)).toISOString();

export const conversation = (id: string, given: Partial<Conversation> = {}): Conversation => ({
  id,
  status: "bot",
  locale: "en-GB",
  language: "en",
  last_seq: 1,
  surface: "widget",
  page: null,
  time_zone: null,
  episode: 1,
  agent_id: null,
  handoff_id: null,
  disposition: null,
  created_at: at(0),
  updated_at: at(0),
  ...given,
});

export const row = (id: string, given: Partial<Row> = {}): Row => ({ ...conversation(id), last: null, handoff: null, agent_name: null, ...given });

export const message = (seq: number, given: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  seq,
  conversation_id: "carol",
  author: "shopper",
  language: "en",
  text: `message ${seq}`,
  at: at(seq),
  ...given,
});

export const handoff = (id: string, given: Partial<Handoff> = {}): Handoff => ({
  id: `handoff-${id}`,
  conversation_id: id,
  status: "waiting",
  reason: "asked_for_human",
  language: "en",
  topic: null,
  order_number: null,
  requested_at: at(0),
  expires_at: at(10),
  accepted_by: null,
  ...given,
});

export const waiting = (id: string, minutes = 0): QueueItem => ({
  handoff: handoff(id, { requested_at: at(minutes) }),
  conversation: conversation(id, { status: "waiting", handoff_id: `handoff-${id}` }),
  last: { author: "shopper", text: "a person, please" },
  waited_seconds: 30,
});

/** The state after these events, Amir being signed in. */
export const after = (...events: Event[]): State => [{ type: "signed_in", session: SESSION, seen: {} } as Event, ...events].reduce(reduce, initial);
