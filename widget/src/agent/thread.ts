/** One conversation's messages as the console holds them: in `seq` order, once each, and honest about gaps. */
import { daysBetween } from "../shared/format.ts";
import type { Outgoing } from "../shared/outbox.ts";
import type { Message } from "../shared/protocol.ts";
import type { Detail, Note, Suggestion } from "./protocol.ts";

export interface Thread {
  phase: "loading" | "ready" | "failed";
  messages: readonly Message[];
  notes: readonly Note[];
  /** Older messages are on the server. */
  more: boolean;
  detail: Omit<Detail, "messages" | "notes" | "more" | "conversation"> | null;
  suggestions: readonly Suggestion[];
  /** Who types, by name, and when that was told (milliseconds). */
  typing: { author: "shopper" | "agent"; name: string | null; at: number } | null;
  /** Colleagues who have it on their screens, and when they last said so. */
  viewers: readonly { id: string; name: string; at: number }[];
}

export const emptyThread: Thread = { phase: "loading", messages: [], notes: [], more: false, detail: null, suggestions: [], typing: null, viewers: [] };

/** A typing sign without its end is forgotten after this long: the end may have been lost. */
export const TYPING_MILLISECONDS = 8_000;
/** Who looks says so this often, and is forgotten after missing it twice. */
export const VIEWING_MILLISECONDS = 20_000;
export const VIEWED_MILLISECONDS = 50_000;

/** Messages by `seq`, the later version of a message winning. */
export function merge(known: readonly Message[], added: readonly Message[]): readonly Message[] {
  if (!added.length) return known;
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of added) bySeq.set(message.seq, { ...bySeq.get(message.seq), ...message });
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The last `seq` up to which nothing is missing, counted from the first message that is held. */
export function contiguous(messages: readonly Message[]): number {
  let last = messages[0]?.seq ?? 0;
  for (const { seq } of messages.slice(1)) {
    if (seq !== last + 1) break;
    last = seq;
  }
  return last;
}

/** Whether a message is missing between those held, or up to `lastSeq` when the server named it. */
export const hasGap = (messages: readonly Message[], lastSeq = 0): boolean => contiguous(messages) < Math.max(messages.at(-1)?.seq ?? 0, lastSeq);

export function mergeNotes(known: readonly Note[], added: readonly Note[]): readonly Note[] {
  const byId = new Map([...known, ...added].map((note) => [note.id, note]));
  return [...byId.values()].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}

/** One line of the conversation pane, top to bottom. */
export type Item =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: Message; follows: boolean }
  | { kind: "note"; key: string; note: Note }
  | { kind: "outgoing"; key: string; outgoing: Outgoing; follows: boolean };

const at = (item: Exclude<Item, { kind: "day" }>): string => (item.kind === "message" ? item.message.at : item.kind === "note" ? item.note.at : item.outgoing.at);

/** Messages, notes between them by time, what is not yet acknowledged at the end, and a line for each new day. */
export function items(thread: Thread, outgoing: readonly Outgoing[]): Item[] {
  const arrived = new Set(thread.messages.map((message) => message.client_id));
  const notes = [...thread.notes];
  const lines: Exclude<Item, { kind: "day" }>[] = [];
  const firstAt = thread.messages[0]?.at;
  for (const [index, message] of thread.messages.entries()) {
    while (notes[0] && notes[0].at < message.at) {
      const note = notes.shift() as Note;
      // What was noted before the oldest message held belongs further up, with the messages that are not loaded yet.
      if (thread.more && firstAt && note.at < firstAt) continue;
      lines.push({ kind: "note", key: note.id, note });
    }
    const before = thread.messages[index - 1];
    const previous = lines.at(-1);
    const follows = previous?.kind === "message" && before?.author === message.author && (before.name ?? "") === (message.name ?? "") && message.author !== "system";
    lines.push({ kind: "message", key: message.id, message, follows });
  }
  for (const note of notes) lines.push({ kind: "note", key: note.id, note });
  for (const item of outgoing) {
    if (arrived.has(item.client_id)) continue;
    lines.push({ kind: "outgoing", key: item.client_id, outgoing: item, follows: lines.at(-1)?.kind === "outgoing" });
  }
  return withDays(lines);
}

function withDays(lines: Exclude<Item, { kind: "day" }>[]): Item[] {
  const out: Item[] = [];
  let day: Date | undefined;
  for (const line of lines) {
    const now = new Date(at(line));
    if (!day || daysBetween(day, now) !== 0) {
      out.push({ kind: "day", key: `day-${line.key}`, at: at(line) });
      out.push(line.kind === "message" || line.kind === "outgoing" ? { ...line, follows: false } : line);
    } else out.push(line);
    day = now;
  }
  return out;
}
