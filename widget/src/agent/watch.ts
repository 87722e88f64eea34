/** Which conversations come live, and how what was missed of them is read: nothing falls between joining and reading. */
import { type Connection, Refusal } from "../shared/connection.ts";
import { HttpFault, request } from "./http.ts";
import type { AgentAsks, AgentTells, Detail, ListName, Row, Ticket } from "./protocol.ts";
import type { Event, State } from "./state.ts";
import type { Store } from "./store.ts";
import { contiguous, hasGap } from "./thread.ts";

/** Lists and details are asked for again at most this often, however much happens. */
const REFRESH_MILLISECONDS = 1_500;
const PULL_MILLISECONDS = 300;
const PAGE = 200;

export type Code = Refusal["code"] | HttpFault["code"];
export const codeOf = (error: unknown): Code => (error instanceof Refusal || error instanceof HttpFault ? error.code : "internal");

export interface WatchOptions {
  store: Store<State, Event>;
  ask: Connection<AgentAsks>["ask"];
  /** The session has ended. */
  onExpired: () => void;
}

export class Watch {
  readonly #store: Store<State, Event>;
  readonly #ask: Connection<AgentAsks>["ask"];
  readonly #onExpired: () => void;
  readonly #joined = new Set<string>();
  readonly #pulling = new Set<string>();
  readonly #planned = new Set<string>();

  constructor({ store, ask, onExpired }: WatchOptions) {
    this.#store = store;
    this.#ask = ask;
    this.#onExpired = onExpired;
  }

  get #state(): State {
    return this.#store.state;
  }

  /** A new connection has joined nothing yet. */
  restart(): void {
    this.#joined.clear();
    for (const list of ["mine", "all", "bot"] as const) void this.loadList(list);
    void this.loadTickets();
    if (this.#state.selected) void this.join(this.#state.selected);
  }

  forget(): void {
    this.#joined.clear();
  }

  async loadList(list: ListName): Promise<void> {
    this.#store.dispatch({ type: "list_loading", list });
    await this.#reading(async () => {
      const { conversations } = await request<{ conversations: Row[] }>("GET", `/api/conversations?list=${list}`);
      this.#store.dispatch({ type: "list_loaded", list, rows: conversations });
      if (list === "mine") for (const { id } of conversations) void this.join(id);
    }, { type: "list_failed", list });
  }

  async loadTickets(): Promise<void> {
    this.#store.dispatch({ type: "list_loading", list: "tickets" });
    await this.#reading(async () => {
      const { tickets } = await request<{ tickets: Ticket[] }>("GET", "/api/tickets");
      this.#store.dispatch({ type: "tickets_loaded", tickets });
    }, { type: "list_failed", list: "tickets" });
  }

  /** From here on its messages come live. */
  async join(id: string): Promise<void> {
    if (!this.#joined.has(id)) {
      this.#joined.add(id);
      await this.#ask("conversation_join", { conversation_id: id }).catch(() => this.#joined.delete(id));
    }
    if (id === this.#state.selected) {
      await this.loadThread(id);
      void this.#suggest(id);
    } else if (this.#state.threads[id]) await this.#pull(id);
  }

  leave(id: string): void {
    if (!this.#joined.delete(id)) return;
    void this.#ask("conversation_leave", { conversation_id: id }).catch(() => undefined);
  }

  /** Messages came: is one missing before them, and what follows from them? */
  added(id: string, messages: readonly AgentTells["message_added"][]): void {
    const thread = this.#state.threads[id];
    if (thread && hasGap(thread.messages)) void this.#pull(id);
    if (id !== this.#state.selected) return;
    if (messages.some((message) => message.author === "bot" && message.decision)) this.#later(`detail-${id}`, () => this.loadThread(id));
    if (messages.some((message) => message.author === "shopper")) this.#later(`suggest-${id}`, () => this.#suggest(id), PULL_MILLISECONDS);
  }

  /** A conversation changed; `before` is what was known of it. */
  updated(conversation: AgentTells["conversation_updated"], before: Row | undefined): void {
    const { id } = conversation;
    const thread = this.#state.threads[id];
    if (this.#joined.has(id)) {
      // The messages themselves are on their way; only what has not come by then is pulled.
      if (thread?.phase === "ready") this.#later(`pull-${id}`, () => this.#pullMissing(id), PULL_MILLISECONDS);
      if (before?.status !== conversation.status && id === this.#state.selected) this.#later(`detail-${id}`, () => this.loadThread(id));
      return;
    }
    if (conversation.agent_id === this.#state.session?.agent.id) void this.join(id);
    // The last line of what is not watched is only in the lists.
    else if (conversation.last === undefined) this.#later("lists", () => this.loadList(this.#state.list === "bot" ? "bot" : "all"));
  }

  async loadThread(id: string): Promise<void> {
    await this.#reading(async () => {
      this.#store.dispatch({ type: "thread_loaded", detail: await request<Detail>("GET", `/api/conversations/${id}`) });
      await this.#pullMissing(id);
    }, { type: "thread_failed", id });
  }

  async loadOlder(id: string): Promise<void> {
    const before_seq = this.#state.threads[id]?.messages[0]?.seq;
    if (!before_seq) return;
    const { messages, more } = await this.#ask("history", { conversation_id: id, before_seq, limit: 50 });
    this.#store.dispatch({ type: "messages_added", id, messages, more: more ?? (messages[0]?.seq ?? 1) > 1 });
  }

  async #suggest(id: string): Promise<void> {
    const row = this.#state.rows[id];
    if (!row || row.status === "resolved" || row.status === "closed") return;
    const answer = await this.#ask("suggestion_list", { conversation_id: id }).catch(() => null);
    if (answer) this.#store.dispatch({ type: "suggestions_loaded", id, suggestions: answer.suggestions });
  }

  async #pullMissing(id: string): Promise<void> {
    if (hasGap(this.#state.threads[id]?.messages ?? [], this.#state.rows[id]?.last_seq)) await this.#pull(id);
  }

  /** Read everything past the last message that has no gap before it. */
  async #pull(id: string): Promise<void> {
    if (this.#pulling.has(id)) return;
    this.#pulling.add(id);
    try {
      for (let more = true; more; ) {
        const after_seq = contiguous(this.#state.threads[id]?.messages ?? []);
        const answer = await this.#ask("resume", { conversation_id: id, after_seq, limit: PAGE });
        this.#store.dispatch({ type: "messages_added", id, messages: answer.messages });
        more = answer.more && answer.messages.length > 0;
      }
    } catch {
      // Offline again: the next connection pulls.
    } finally {
      this.#pulling.delete(id);
    }
  }

  async #reading(read: () => Promise<void>, failed: Event): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (codeOf(error) === "unauthorized") this.#onExpired();
      else this.#store.dispatch(failed);
    }
  }

  /** Once, after a while, however often it is wanted until then. */
  #later(key: string, act: () => Promise<void>, milliseconds = REFRESH_MILLISECONDS): void {
    if (this.#planned.has(key)) return;
    this.#planned.add(key);
    window.setTimeout(() => {
      this.#planned.delete(key);
      void act();
    }, milliseconds);
  }
}
