/** Which conversations a list shows, in what order, and what of them is new to this agent. */
import type { ListName, QueueItem, Row } from "./protocol.ts";

export const LISTS: readonly ListName[] = ["mine", "waiting", "all", "bot"];

export interface Shelved {
  rows: Readonly<Record<string, Row>>;
  /** Conversations in the queue, first come first. */
  queue: readonly QueueItem[];
  /** The last `seq` that was looked at, by conversation. */
  seen: Readonly<Record<string, number>>;
  me: string;
}

const recentFirst = (a: Row, b: Row): number => b.updated_at.localeCompare(a.updated_at) || b.id.localeCompare(a.id);
const open = (row: Row): boolean => row.status !== "resolved" && row.status !== "closed";

export function listed(name: ListName, { rows, queue, me, seen }: Shelved): Row[] {
  const all = Object.values(rows);
  switch (name) {
    case "mine":
      // Who waits for an answer comes first.
      return all
        .filter((row) => row.status === "agent" && row.agent_id === me)
        .sort((a, b) => Number(unread(b, seen) > 0) - Number(unread(a, seen) > 0) || recentFirst(a, b));
    case "waiting":
      return queue.flatMap((item) => rows[item.conversation.id] ?? []);
    case "bot":
      return all.filter((row) => row.status === "bot").sort(recentFirst);
    case "all":
      return all.sort((a, b) => Number(open(b)) - Number(open(a)) || recentFirst(a, b));
  }
}

export const counts = (shelved: Shelved): Record<ListName, number> =>
  Object.fromEntries(LISTS.map((name) => [name, listed(name, shelved).length])) as Record<ListName, number>;

/** Messages since this agent last looked. One whose last word is the shopper's counts as one where nothing is known (another browser). */
export function unread(row: Row, seen: Readonly<Record<string, number>>): number {
  const until = seen[row.id];
  if (until === undefined) return row.last?.author === "shopper" ? 1 : 0;
  return Math.max(0, row.last_seq - until);
}

/** Unread messages in the agent's own conversations, for the title of the page. */
export const unreadOfMine = (shelved: Shelved): number => listed("mine", shelved).reduce((sum, row) => sum + unread(row, shelved.seen), 0);

/** A conversation has no name; the end of its random id tells two of them apart. */
export const shortName = (id: string): string => id.slice(-4).toUpperCase();

/** The neighbour of the selected one; from nothing, the first. */
export function neighbour(rows: readonly Row[], selected: string | null, step: 1 | -1): string | null {
  const index = rows.findIndex((row) => row.id === selected);
  if (index < 0) return rows[step > 0 ? 0 : rows.length - 1]?.id ?? null;
  return rows[Math.min(rows.length - 1, Math.max(0, index + step))]?.id ?? null;
}
