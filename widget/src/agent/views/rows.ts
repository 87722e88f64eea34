/** The part of the state that the lists are made of, and what follows from it for one row. */
import { listed, type Shelved } from "../lists.ts";
import type { Row } from "../protocol.ts";
import type { State } from "../state.ts";

export const shelved = (state: State): Shelved => ({ rows: state.rows, queue: state.queue, seen: state.seen, me: state.session?.agent.id ?? "" });

/** The rows on the screen: what was found while something is looked for, else the list. */
export function shownRows(state: State): Row[] {
  if (state.search) return state.search.found.flatMap((id) => state.rows[id] ?? []);
  return state.list === "tickets" ? [] : listed(state.list, shelved(state));
}

export const isMine = (state: State, row: Row): boolean => row.status === "agent" && row.agent_id === state.session?.agent.id;
export const isSupervisor = (state: State): boolean => state.session?.agent.role === "supervisor" || state.session?.agent.role === "admin";

/** The name of the colleague who is asked just now whether they take it; undefined when nobody else is. */
export function offeredElsewhere(state: State, row: Row): string | undefined {
  const asked = row.status === "waiting" ? state.queue.find((candidate) => candidate.conversation.id === row.id)?.offered_to : undefined;
  return asked === state.session?.agent.id ? undefined : state.agents.find((agent) => agent.id === asked)?.name;
}
