/** What the console does: talks to the server, and tells the reducer what happened. Views call its methods and nothing else. */
import { type Connection, connect, Refusal } from "../shared/connection.ts";
import { Outbox } from "../shared/outbox.ts";
import { shelf } from "../shared/storage.ts";
import { HttpFault, request } from "./http.ts";
import type { AgentAsks, AgentTells, Colleague, Detail, Disposition, ListName, Presence, Row, Session } from "./protocol.ts";
import { whoAmI } from "./session.ts";
import { type Event, initial, type Phase, reduce, type State } from "./state.ts";
import { createStore, type Store } from "./store.ts";
import { contiguous, hasGap } from "./thread.ts";

/** Lists are asked for again at most this often, however much happens. */
const REFRESH_MILLISECONDS = 1_500;
const NOTICE_MILLISECONDS = 8_000;
const TYPING_EVERY_MILLISECONDS = 3_000;
const PAGE = 200;

type Code = Refusal["code"] | HttpFault["code"];
const codeOf = (error: unknown): Code => (error instanceof Refusal || error instanceof HttpFault ? error.code : "internal");

/** The catalog's key for a refusal, and what fills it. Two agents who accept at once is the conflict that has a sentence of its own. */
function sentence(what: string, code: Code, { message, params = {} }: Refusal): [string, Record<string, string>] {
  if (code === "conflict" && (what === "accept" || what === "take")) {
    return params["capacity"] === undefined ? ["notice_too_late", {}] : ["notice_full", { capacity: String(params["capacity"]) }];
  }
  return [`error_${code}`, { message }];
}

export class Desk {
  readonly store: Store<State, Event> = createStore(reduce, initial);
  #connection: Connection<AgentAsks> | null = null;
  #outbox: Outbox<{ id: string; seq: number }> | null = null;
  #kept = shelf("localStorage");
  #joined = new Set<string>();
  #pulling = new Set<string>();
  #refreshing = new Map<string, number>();
  #notices = 0;
  #typed = { id: "", at: 0 };

  get #state(): State {
    return this.store.state;
  }

  // Session

  async start(): Promise<void> {
    try {
      const { session, hints } = await whoAmI();
      this.store.dispatch({ type: "hints_given", hints });
      if (session) this.#begin(session);
      else this.#phase("signed_out");
    } catch {
      this.#phase("failed");
    }
  }

  begin(session: Session): void {
    this.#begin(session);
  }

  async signOut(): Promise<void> {
    await this.#ask("presence_set", { presence: "away" }).catch(() => undefined);
    await request("DELETE", "/api/session").catch(() => undefined);
    this.#disconnect();
    this.#phase("signed_out");
  }

  #begin(session: Session): void {
    if (session.agent.role === "analyst") {
      this.store.dispatch({ type: "signed_in", session, seen: {} });
      this.#phase("forbidden");
      return;
    }
    this.#disconnect();
    this.store.dispatch({ type: "signed_in", session, seen: this.#seen(session.agent.id) });
    this.#outbox = new Outbox({
      shelf: shelf("sessionStorage"),
      key: `parley.outbox.${session.agent.id}`, // a colleague's unsent words are not mine to send
      send: ({ client_id, text, conversation_id = "" }) => this.#ask("message_send", { conversation_id, client_id, text }),
      onChange: (items) => this.store.dispatch({ type: "outbox_changed", items: [...items] }),
      onSent: ({ client_id, text, conversation_id = "", at }, sent) => {
        const { name } = session.agent;
        const language = this.#state.rows[conversation_id]?.language ?? "en";
        this.#added(conversation_id, [{ ...sent, conversation_id, client_id, author: "agent", name, language, text, at }]);
      },
    });
    this.store.dispatch({ type: "outbox_changed", items: [...this.#outbox.items] });
    this.#connection = connect<AgentAsks, AgentTells>({
      server: `${location.origin}/`,
      namespace: "/agent",
      auth: () => ({}),
      onState: (state) => this.store.dispatch({ type: "connection_changed", state }),
      onEvent: (event, payload) => this.#told(event as keyof AgentTells & string, payload),
      onRefused: (code) => this.#refused(code),
    });
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#joined.clear();
  }

  #refused(code: string): boolean {
    if (!/unauthorized|forbidden/.test(code)) return true;
    this.#phase("expired");
    return false;
  }

  #phase(phase: Phase): void {
    if (phase === "expired") this.#disconnect();
    this.store.dispatch({ type: "phase_changed", phase });
  }

  #seen(agent: string): Record<string, number> {
    try {
      return JSON.parse(this.#kept.get(`parley.seen.${agent}`) ?? "{}") as Record<string, number>;
    } catch {
      return {};
    }
  }

  /** Asks, and notices when the session has ended. */
  async #ask<E extends keyof AgentAsks & string>(event: E, payload: AgentAsks[E]["payload"]): Promise<AgentAsks[E]["ok"]> {
    if (!this.#connection) throw new Refusal("offline");
    try {
      return await this.#connection.ask(event, payload);
    } catch (error) {
      if (codeOf(error) === "unauthorized") this.#phase("expired");
      throw error;
    }
  }

  retryConnection(): void {
    this.#connection?.retry();
  }

  // What the server tells

  #told(event: keyof AgentTells & string, payload: object): void {
    const now = Date.now();
    switch (event) {
      case "session_started":
        return this.#started(payload as AgentTells["session_started"], now);
      case "queue_changed":
        return this.store.dispatch({ type: "queue_changed", ...(payload as AgentTells["queue_changed"]), now });
      case "presence_changed":
        return this.store.dispatch({ type: "presence_changed", ...(payload as AgentTells["presence_changed"]) });
      case "message_added": {
        const message = payload as AgentTells["message_added"];
        return this.#added(message.conversation_id, [message]);
      }
      case "note_added":
        return this.store.dispatch({ type: "note_added", note: payload as AgentTells["note_added"] });
      case "conversation_updated":
        return this.#updated(payload as AgentTells["conversation_updated"]);
      case "typing_changed":
        return this.store.dispatch({ type: "typing_changed", payload: payload as AgentTells["typing_changed"], now });
      default:
        return; // a newer server may tell more
    }
  }

  #started(payload: AgentTells["session_started"], now: number): void {
    const wanted = this.#kept.get("parley.presence") === "away" ? "away" : "online";
    this.store.dispatch({ type: "session_started", payload, now });
    // A lost connection may have made us offline for the others: what was chosen holds.
    if (payload.agent.presence !== wanted) void this.#setPresence(wanted);
    this.#joined.clear();
    for (const name of ["mine", "all", "bot"] as const) void this.#loadList(name);
    if (this.#state.selected) void this.#join(this.#state.selected);
    void this.#outbox?.flush();
  }

  #added(id: string, messages: AgentTells["message_added"][]): void {
    for (const { client_id } of messages) if (client_id) this.#outbox?.drop(client_id);
    this.store.dispatch({ type: "messages_added", id, messages });
    const thread = this.#state.threads[id];
    if (thread && hasGap(thread.messages)) void this.#pull(id);
    if (id !== this.#state.selected) return;
    if (messages.some((message) => message.author === "bot" && message.decision)) this.#later(`detail-${id}`, () => this.#loadThread(id));
    if (messages.some((message) => message.author === "shopper")) this.#later(`suggest-${id}`, () => this.#suggest(id));
  }

  #updated(conversation: AgentTells["conversation_updated"]): void {
    const known = this.#state.rows[conversation.id];
    this.store.dispatch({ type: "conversation_updated", conversation });
    const thread = this.#state.threads[conversation.id];
    if (this.#joined.has(conversation.id)) {
      if (thread?.phase === "ready" && hasGap(thread.messages, conversation.last_seq)) this.#later(`pull-${conversation.id}`, () => this.#pull(conversation.id), 300);
      if (known?.status !== conversation.status && conversation.id === this.#state.selected) this.#later(`detail-${conversation.id}`, () => this.#loadThread(conversation.id));
      return;
    }
    if (conversation.agent_id === this.#state.session?.agent.id) void this.#join(conversation.id);
    // The last line of what we do not watch is only in the lists.
    else if (conversation.last === undefined) this.#later("list-all", () => this.#loadList(this.#state.list === "bot" ? "bot" : "all"));
  }

  #later(key: string, act: () => Promise<void>, milliseconds = REFRESH_MILLISECONDS): void {
    if (this.#refreshing.has(key)) return;
    const timer = window.setTimeout(() => {
      this.#refreshing.delete(key);
      void act();
    }, milliseconds);
    this.#refreshing.set(key, timer);
  }

  // Lists and threads

  pickList(list: ListName): void {
    this.store.dispatch({ type: "list_picked", list });
    void this.#loadList(list);
  }

  async #loadList(list: ListName): Promise<void> {
    this.store.dispatch({ type: "list_loading", list });
    try {
      const { conversations } = await request<{ conversations: Row[] }>("GET", `/api/conversations?list=${list}`);
      this.store.dispatch({ type: "list_loaded", list, rows: conversations });
      if (list === "mine") for (const { id } of conversations) void this.#join(id);
    } catch (error) {
      if (codeOf(error) === "unauthorized") return this.#phase("expired");
      this.store.dispatch({ type: "list_failed", list });
    }
  }

  select(id: string | null): void {
    const before = this.#state.selected;
    if (before === id) return;
    this.store.dispatch({ type: "conversation_selected", id });
    if (before && this.#joined.has(before) && this.#state.rows[before]?.agent_id !== this.#state.session?.agent.id) {
      this.#joined.delete(before);
      void this.#ask("conversation_leave", { conversation_id: before }).catch(() => undefined);
    }
    if (id) void this.#join(id);
  }

  /** From here on its messages come live; what was missed is read, so nothing falls in between. */
  async #join(id: string): Promise<void> {
    if (!this.#joined.has(id)) {
      this.#joined.add(id);
      await this.#ask("conversation_join", { conversation_id: id }).catch(() => this.#joined.delete(id));
    }
    if (id === this.#state.selected) {
      await this.#loadThread(id);
      void this.#suggest(id);
    } else if (this.#state.threads[id]) await this.#pull(id);
  }

  reload(id: string): void {
    void this.#join(id);
  }

  async #loadThread(id: string): Promise<void> {
    try {
      const detail = await request<Detail>("GET", `/api/conversations/${id}`);
      this.store.dispatch({ type: "thread_loaded", detail });
      const thread = this.#state.threads[id];
      if (thread && hasGap(thread.messages, detail.conversation.last_seq)) await this.#pull(id);
      this.lookAt(id);
    } catch (error) {
      if (codeOf(error) === "unauthorized") return this.#phase("expired");
      this.store.dispatch({ type: "thread_failed", id });
    }
  }

  /** Read everything past the last message without a gap before it. */
  async #pull(id: string): Promise<void> {
    if (this.#pulling.has(id)) return;
    this.#pulling.add(id);
    try {
      for (let more = true; more; ) {
        const after_seq = contiguous(this.#state.threads[id]?.messages ?? []);
        const answer = await this.#ask("resume", { conversation_id: id, after_seq, limit: PAGE });
        this.store.dispatch({ type: "messages_added", id, messages: answer.messages });
        more = answer.more && answer.messages.length > 0;
      }
    } catch {
      // Offline again: the next connection pulls.
    } finally {
      this.#pulling.delete(id);
    }
  }

  async loadOlder(id: string): Promise<void> {
    const before_seq = this.#state.threads[id]?.messages[0]?.seq;
    if (!before_seq) return;
    await this.#doing("older", async () => {
      const { messages, more } = await this.#ask("history", { conversation_id: id, before_seq, limit: 50 });
      this.store.dispatch({ type: "messages_added", id, messages, more: more ?? (messages[0]?.seq ?? 1) > 1 });
    });
  }

  /** The conversation is on the screen. */
  lookAt(id: string): void {
    if (document.hidden || id !== this.#state.selected) return;
    const before = this.#state.seen;
    this.store.dispatch({ type: "looked_at", id });
    const { seen, session } = this.#state;
    if (seen !== before && session) this.#kept.set(`parley.seen.${session.agent.id}`, JSON.stringify(Object.fromEntries(Object.entries(seen).slice(-500))));
  }

  async #suggest(id: string): Promise<void> {
    const row = this.#state.rows[id];
    if (!row || row.status === "resolved" || row.status === "closed") return;
    const answer = await this.#ask("suggestion_list", { conversation_id: id }).catch(() => null);
    if (answer) this.store.dispatch({ type: "suggestions_loaded", id, suggestions: answer.suggestions });
  }

  // Writing

  send(id: string, text: string): void {
    this.#outbox?.add(text, id);
    this.typing(id, false);
  }

  resend(client_id: string): void {
    this.#outbox?.retry(client_id);
  }

  discard(client_id: string): void {
    this.#outbox?.drop(client_id);
  }

  /** Whether the note is stored. A note has no client_id, so it is never sent twice by itself. */
  async note(id: string, text: string): Promise<boolean> {
    return this.#doing("note", async () => {
      const stored = await this.#ask("note_add", { conversation_id: id, text });
      const name = this.#state.session?.agent.name ?? "";
      this.store.dispatch({ type: "note_added", note: { ...stored, conversation_id: id, name, text, at: new Date().toISOString() } });
    });
  }

  typing(id: string, on: boolean): void {
    const now = Date.now();
    if (on && this.#typed.id === id && now - this.#typed.at < TYPING_EVERY_MILLISECONDS) return;
    if (!on && this.#typed.id !== id) return;
    this.#typed = on ? { id, at: now } : { id: "", at: 0 };
    void this.#ask("typing_set", { conversation_id: id, on }).catch(() => undefined);
  }

  // Acting

  setPresence(presence: Presence): void {
    this.#kept.set("parley.presence", presence);
    void this.#setPresence(presence);
  }

  async #setPresence(presence: Presence): Promise<void> {
    const before = this.#state.session?.agent.presence ?? "offline";
    this.store.dispatch({ type: "presence_asked", presence });
    const done = await this.#doing("presence", () => this.#ask("presence_set", { presence }));
    if (!done) this.store.dispatch({ type: "presence_asked", presence: before });
  }

  async accept(id: string): Promise<void> {
    const handoff_id = this.#state.queue.find((item) => item.conversation.id === id)?.handoff.id ?? this.#state.rows[id]?.handoff_id;
    if (!handoff_id) return this.take(id);
    this.select(id);
    if (await this.#doing("accept", () => this.#ask("handoff_accept", { handoff_id }))) this.#gone(id);
    else await this.#loadThread(id);
  }

  async take(id: string): Promise<void> {
    if (await this.#doing("take", () => this.#ask("conversation_take", { conversation_id: id }))) this.#gone(id);
    else await this.#loadThread(id);
  }

  /** Ours now: it shows under "mine", and its messages come live. */
  #gone(id: string): void {
    this.pickList("mine");
    void this.#join(id);
  }

  async giveBack(id: string): Promise<void> {
    if (await this.#doing("return", () => this.#ask("conversation_return", { conversation_id: id }))) {
      this.#notice("info", "notice_returned");
      await this.#loadThread(id);
    }
  }

  async transfer(id: string, to: Colleague): Promise<boolean> {
    const done = await this.#doing("transfer", () => this.#ask("conversation_transfer", { conversation_id: id, agent_id: to.id }));
    if (done) this.#notice("info", "notice_transferred", { name: to.name });
    return done;
  }

  async resolve(id: string, disposition: Disposition, topic?: string): Promise<boolean> {
    const payload = { conversation_id: id, disposition, ...(topic ? { topic } : {}) };
    const done = await this.#doing("resolve", () => this.#ask("conversation_resolve", payload));
    if (done) {
      this.#notice("info", `notice_${disposition}`);
      await this.#loadThread(id);
    }
    return done;
  }

  dismiss(notice: number): void {
    this.store.dispatch({ type: "notice_gone", id: notice });
  }

  /** One action at a time; a refusal becomes a sentence. */
  async #doing(what: string, act: () => Promise<unknown>): Promise<boolean> {
    if (this.#state.busy === what) return false;
    this.store.dispatch({ type: "busy_changed", what });
    try {
      await act();
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code !== "unauthorized") this.#notice("bad", ...sentence(what, code, error as Refusal));
      return false;
    } finally {
      this.store.dispatch({ type: "busy_changed", what: null });
    }
  }

  #notice(tone: "info" | "bad", key: string, params: Record<string, string> = {}): void {
    const id = ++this.#notices;
    this.store.dispatch({ type: "notice_shown", notice: { id, tone, key, params } });
    window.setTimeout(() => this.dismiss(id), NOTICE_MILLISECONDS);
  }
}
