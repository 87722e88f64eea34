/** What an agent does with a conversation: one action at a time, and a refusal becomes a sentence. */
import { type Connection, Refusal } from "../shared/connection.ts";
import { request } from "./http.ts";
import type { AgentAsks, Disposition, Presence, Ticket } from "./protocol.ts";
import type { Event, State } from "./state.ts";
import type { Store } from "./store.ts";
import { type Code, codeOf, type Watch } from "./watch.ts";

const NOTICE_MILLISECONDS = 8_000;
/** What can be undone stays a little longer. */
const UNDO_MILLISECONDS = 15_000;

export type Undo = { key: string; run: () => void };

export interface ActsOptions {
  store: Store<State, Event>;
  ask: Connection<AgentAsks>["ask"];
  watch: Watch;
  /** A conversation is ours now, or should be shown. */
  onSelected: (id: string) => void;
}

/** The catalog's key for a refusal, and what fills it. Two agents who accept at once is the conflict that has a sentence of its own. */
function sentence(what: string, code: Code, { message, params = {} }: Refusal): [string, Record<string, string>] {
  if (code === "conflict" && (what === "accept" || what === "take")) {
    return params["capacity"] === undefined ? ["notice_too_late", {}] : ["notice_full", { capacity: String(params["capacity"]) }];
  }
  return [`error_${code}`, { message }];
}

export class Acts {
  readonly #store: Store<State, Event>;
  readonly #ask: Connection<AgentAsks>["ask"];
  readonly #watch: Watch;
  readonly #onSelected: (id: string) => void;
  #notices = 0;

  constructor({ store, ask, watch, onSelected }: ActsOptions) {
    this.#store = store;
    this.#ask = ask;
    this.#watch = watch;
    this.#onSelected = onSelected;
  }

  get #state(): State {
    return this.#store.state;
  }

  async setPresence(presence: Presence): Promise<void> {
    const before = this.#state.session?.agent.presence ?? "offline";
    this.#store.dispatch({ type: "presence_asked", presence });
    const done = await this.doing("presence", () => this.#ask("presence_set", { presence }));
    if (!done) this.#store.dispatch({ type: "presence_asked", presence: before });
  }

  /** Take what waits: by its hand-off, so that an old request does not take what became of it. */
  async accept(id: string): Promise<boolean> {
    const handoff_id = this.#state.offers.find((offer) => offer.conversation.id === id && !offer.over)?.handoff.id ?? this.#state.queue.find((item) => item.conversation.id === id)?.handoff.id ?? this.#state.rows[id]?.handoff_id;
    if (!handoff_id) return this.take(id);
    this.#onSelected(id);
    const done = await this.doing("accept", () => this.#ask("handoff_accept", { handoff_id }));
    if (done) {
      this.#store.dispatch({ type: "offer_gone", id: handoff_id });
      this.#ours(id);
    } else await this.#watch.loadThread(id);
    return done;
  }

  async decline(handoff_id: string): Promise<void> {
    if (await this.doing("decline", () => this.#ask("handoff_decline", { handoff_id }))) this.#store.dispatch({ type: "offer_gone", id: handoff_id });
  }

  async take(id: string): Promise<boolean> {
    const done = await this.doing("take", () => this.#ask("conversation_take", { conversation_id: id }));
    if (done) this.#ours(id);
    else await this.#watch.loadThread(id);
    return done;
  }

  /** It shows under "mine", and its messages come live. */
  #ours(id: string): void {
    this.#store.dispatch({ type: "searching", words: null });
    this.#store.dispatch({ type: "list_picked", list: "mine" });
    void this.#watch.loadList("mine");
    void this.#watch.join(id);
  }

  async giveBack(id: string): Promise<boolean> {
    const done = await this.doing("return", () => this.#ask("conversation_return", { conversation_id: id }));
    if (done) {
      this.notice("info", "notice_returned");
      await this.#watch.loadThread(id);
    }
    return done;
  }

  /** To a colleague or to a team. */
  async transfer(id: string, to: { agent_id: string } | { team_id: string }, name: string): Promise<boolean> {
    const done = await this.doing("transfer", () => this.#ask("conversation_transfer", { conversation_id: id, ...to }));
    if (done) this.notice("info", "notice_transferred", { name });
    return done;
  }

  /** A supervisor gives a conversation to somebody, wherever it is now. */
  async assign(id: string, agent_id: string, name: string): Promise<boolean> {
    const done = await this.doing("assign", () => this.#ask("conversation_assign", { conversation_id: id, agent_id }));
    if (done) this.notice("info", "notice_transferred", { name });
    return done;
  }

  async resolve(id: string, disposition: Disposition, topic?: string): Promise<boolean> {
    const payload = { conversation_id: id, disposition, ...(topic ? { topic } : {}) };
    const done = await this.doing("resolve", () => this.#ask("conversation_resolve", payload));
    if (done) {
      this.notice("info", `notice_${disposition}`);
      await this.#watch.loadThread(id);
    }
    return done;
  }

  /** Refuse what this shopper writes from now on, or take that back. */
  async block(id: string, blocked: boolean): Promise<boolean> {
    const done = await this.doing("block", () => this.#ask("shopper_block", { conversation_id: id, blocked }));
    if (done) {
      if (blocked) this.notice("info", "notice_blocked", {}, { key: "undo", run: () => void this.block(id, false) });
      else this.notice("info", "notice_unblocked");
      await this.#watch.loadThread(id);
    }
    return done;
  }

  /** Whether the answer is on its way to the ticket's sender. */
  async replyToTicket(id: string, text: string): Promise<boolean> {
    return this.doing("ticket", async () => {
      this.#store.dispatch({ type: "ticket_changed", ...(await request<{ ticket: Ticket }>("POST", `/api/tickets/${id}/replies`, { text })) });
      this.notice("info", "notice_ticket_sent");
    });
  }

  async setTicket(id: string, what: "close" | "reopen"): Promise<boolean> {
    return this.doing("ticket", async () => {
      this.#store.dispatch({ type: "ticket_changed", ...(await request<{ ticket: Ticket }>("POST", `/api/tickets/${id}/${what}`)) });
    });
  }

  /** Whether it was done; while it is, the same cannot be asked again. */
  async doing(what: string, act: () => Promise<unknown>): Promise<boolean> {
    if (this.#state.busy === what) return false;
    this.#store.dispatch({ type: "busy_changed", what });
    try {
      await act();
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code !== "unauthorized") this.notice("bad", ...sentence(what, code, error as Refusal));
      return false;
    } finally {
      this.#store.dispatch({ type: "busy_changed", what: null });
    }
  }

  notice(tone: "info" | "bad", key: string, params: Record<string, string> = {}, undo?: Undo): void {
    const id = ++this.#notices;
    this.#store.dispatch({ type: "notice_shown", notice: { id, tone, key, params, ...(undo ? { undo } : {}) } });
    window.setTimeout(() => this.dismiss(id), undo ? UNDO_MILLISECONDS : NOTICE_MILLISECONDS);
  }

  dismiss(notice: number): void {
    this.#store.dispatch({ type: "notice_gone", id: notice });
  }
}
