/** The part of the state that the lists are made of. */
import type { Shelved } from "../lists.ts";
import type { State } from "../state.ts";

export const shelved = (state: State): Shelved => ({ rows: state.rows, queue: state.queue, seen: state.seen, me: state.session?.agent.id ?? "" });
