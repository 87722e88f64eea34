/** What the console does: talks to the server, and tells the reducer what happened. Views call its methods and nothing else. */
import { type Connection, connect, Refusal } from "../shared/connection.ts";
import { Outbox } from "../shared/outbox.ts";
import { shelf } from "../shared/storage.ts";
import { request } from "./http.ts";
import type { AgentAsks, AgentTells, Colleague, Disposition, Presence, Session, View } from "./protocol.ts";
import { whoAmI } from "./session.ts";
import { type Event, initial, type Phase, reduce, type State } from "./state.ts";
import { createStore, type Store } from "./store.ts";
import { type Code, codeOf, Watch } from "./watch.ts";

const NOTICE_MILLISECONDS = 8_000;
const TYPING_EVERY_MILLISECONDS = 3_000;

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
  readonly #watch = new Watch({ store: this.store, ask: (event, payload) => this.#ask(event, payload), onExpired: () => this.#phase("expired") });
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
    this.#watch.forget();
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
      case "ticket_added":
        return this.store.dispatch({ type: "ticket_added", ticket: payload as AgentTells["ticket_added"] });
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
    this.#watch.restart();
    void this.#outbox?.flush();
  }

  #added(id: string, messages: AgentTells["message_added"][]): void {
    for (const { client_id } of messages) if (client_id) this.#outbox?.drop(client_id);
    this.store.dispatch({ type: "messages_added", id, messages });
    this.#watch.added(id, messages);
  }

  #updated(conversation: AgentTells["conversation_updated"]): void {
    const known = this.#state.rows[conversation.id];
    this.store.dispatch({ type: "conversation_updated", conversation });
    this.#watch.updated(conversation, known);
  }

  // Lists and threads

  pickList(list: View): void {
    this.store.dispatch({ type: "list_picked", list });
    void (list === "tickets" ? this.#watch.loadTickets() : this.#watch.loadList(list));
  }

  select(id: string | null): void {
    const before = this.#state.selected;
    if (before === id) return;
    this.store.dispatch({ type: "conversation_selected", id });
    if (before && this.#state.rows[before]?.agent_id !== this.#state.session?.agent.id) this.#watch.leave(before);
    if (id) void this.#watch.join(id).then(() => this.lookAt(id));
  }

  reload(id: string): void {
    void this.#watch.join(id);
  }

  async loadOlder(id: string): Promise<void> {
    await this.#doing("older", () => this.#watch.loadOlder(id));
  }

  /** The conversation is on the screen. */
  lookAt(id: string): void {
    if (document.hidden || id !== this.#state.selected) return;
    const before = this.#state.seen;
    this.store.dispatch({ type: "looked_at", id });
    const { seen, session } = this.#state;
    if (seen !== before && session) this.#kept.set(`parley.seen.${session.agent.id}`, JSON.stringify(Object.fromEntries(Object.entries(seen).slice(-500))));
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
    else await this.#watch.loadThread(id);
  }

  async take(id: string): Promise<void> {
    if (await this.#doing("take", () => this.#ask("conversation_take", { conversation_id: id }))) this.#gone(id);
    else await this.#watch.loadThread(id);
  }

  /** Ours now: it shows under "mine", and its messages come live. */
  #gone(id: string): void {
    this.pickList("mine");
    void this.#watch.join(id);
  }

  async giveBack(id: string): Promise<void> {
    if (await this.#doing("return", () => this.#ask("conversation_return", { conversation_id: id }))) {
      this.#notice("info", "notice_returned");
      await this.#watch.loadThread(id);
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
      await this.#watch.loadThread(id);
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
