/** What the console does: talks to the server, and tells the reducer what happened. Views call its methods and nothing else. */
import { type Connection, connect, Refusal } from "../shared/connection.ts";
import { Outbox } from "../shared/outbox.ts";
import type { Sent } from "../shared/protocol.ts";
import { shelf } from "../shared/storage.ts";
import { request } from "./http.ts";
import { Acts } from "./acts.ts";
import type { Configuration } from "./configuration.ts";
import { silent } from "./offers.ts";
import type { AgentAsks, AgentTells, Listed, Presence, Session, Suggestion, View } from "./protocol.ts";
import { whoAmI } from "./session.ts";
import { type Event, initial, type Phase, reduce, type State } from "./state.ts";
import { createStore, type Store } from "./store.ts";
import { VIEWING_MILLISECONDS } from "./thread.ts";
import { codeOf, Watch } from "./watch.ts";

const TYPING_EVERY_MILLISECONDS = 3_000;

export class Desk {
  readonly store: Store<State, Event> = createStore(reduce, initial);
  #connection: Connection<AgentAsks> | null = null;
  #outbox: Outbox<Sent> | null = null;
  #kept = shelf("localStorage");
  readonly #watch = new Watch({ store: this.store, ask: (event, payload) => this.#ask(event, payload), onExpired: () => this.#phase("expired") });
  readonly act = new Acts({ store: this.store, ask: (event, payload) => this.#ask(event, payload), watch: this.#watch, onSelected: (id) => this.select(id) });
  #typed = { id: "", at: 0 };
  /** Conversations with the words that are to go out there, whatever language they seem to be in. */
  readonly #anyway = new Set<string>();
  #beat = 0;

  get #state(): State {
    return this.store.state;
  }

  // Session

  async start(): Promise<void> {
    try {
      const { session, hints, elsewhere } = await whoAmI();
      this.store.dispatch({ type: "entrance_described", hints, elsewhere });
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
      send: ({ client_id, text, conversation_id = "" }) => this.#deliver(conversation_id, client_id, text),
      onChange: (items) => this.store.dispatch({ type: "outbox_changed", items: [...items] }),
      onSent: ({ client_id, text, conversation_id = "", at }, sent) => {
        const { name } = session.agent;
        const language = this.#state.rows[conversation_id]?.language ?? "en";
        this.#added(conversation_id, [{ conversation_id, client_id, author: "agent", name, language, text, at, ...sent }]);
      },
    });
    this.store.dispatch({ type: "outbox_changed", items: [...this.#outbox.items] });
    this.#beat = window.setInterval(() => this.#pulse(), 1_000);
    this.#connection = connect<AgentAsks, AgentTells>({
      server: `${location.origin}/`,
      namespace: "/agent",
      auth: () => ({ language: document.documentElement.lang }), // in which refusals are told
      onState: (state) => this.store.dispatch({ type: "connection_changed", state }),
      onEvent: (event, payload) => this.#told(event as keyof AgentTells & string, payload),
      onRefused: (code) => this.#refused(code),
    });
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = null;
    window.clearInterval(this.#beat);
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
        return this.store.dispatch({ type: "ticket_changed", ticket: payload as AgentTells["ticket_added"] });
      case "ticket_updated":
        return this.store.dispatch({ type: "ticket_changed", ...(payload as AgentTells["ticket_updated"]) });
      case "configuration_changed":
        return void this.configure();
      case "handoff_offered":
        return this.store.dispatch({ type: "handoff_offered", payload: payload as AgentTells["handoff_offered"] });
      case "handoff_updated":
        return this.store.dispatch({ type: "handoff_updated", payload: payload as AgentTells["handoff_updated"] });
      case "viewing_changed":
        return this.#seenBy(payload as AgentTells["viewing_changed"], now);
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
    if (payload.agent.presence !== wanted) void this.act.setPresence(wanted);
    this.#watch.restart();
    this.#viewed = { id: "", at: 0 };
    void this.#outbox?.flush();
    void this.configure();
  }

  /** Read again what the shop has set up: canned replies, teams, people. */
  async configure(): Promise<void> {
    const configuration = await request<Configuration>("GET", "/api/configuration").catch(() => null);
    if (configuration) this.store.dispatch({ type: "configured", configuration });
  }

  /** A newcomer hears from those who were there before: each answers the first word of somebody new. */
  #seenBy(payload: AgentTells["viewing_changed"], now: number): void {
    const { conversation_id, agent_id, on } = payload;
    const known = this.#state.threads[conversation_id]?.viewers.some((viewer) => viewer.id === agent_id) ?? true;
    this.store.dispatch({ type: "viewing_changed", payload, now });
    if (on && !known && conversation_id === this.#state.selected) this.#view(conversation_id, true);
  }

  #viewed = { id: "", at: 0 };

  #view(id: string, on: boolean): void {
    if (document.hidden && on) return;
    this.#viewed = on ? { id, at: Date.now() } : { id: "", at: 0 };
    void this.#ask("viewing_set", { conversation_id: id, on }).catch(() => undefined);
  }

  /** Once a second: offers whose time is up, and whether colleagues must hear that we still look. */
  #pulse(): void {
    const now = Date.now();
    for (const offer of silent(this.#state.offers, now + this.#state.clockOffset)) this.store.dispatch({ type: "offer_over", id: offer.handoff.id, how: "lapsed" });
    const { selected, connection } = this.#state;
    if (selected && connection === "online" && (this.#viewed.id !== selected || now - this.#viewed.at > VIEWING_MILLISECONDS)) this.#view(selected, true);
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
    if (this.#state.search) this.store.dispatch({ type: "searching", words: null });
    this.store.dispatch({ type: "list_picked", list });
    void (list === "tickets" ? this.#watch.loadTickets() : this.#watch.loadList(list));
  }

  select(id: string | null): void {
    const before = this.#state.selected;
    if (before === id) return;
    this.store.dispatch({ type: "conversation_selected", id });
    if (before) this.#view(before, false);
    if (before && this.#state.rows[before]?.agent_id !== this.#state.session?.agent.id) this.#watch.leave(before);
    if (id) void this.#watch.join(id).then(() => this.lookAt(id));
  }

  /** Look for words in everything that was ever written; an empty question ends the search. */
  async search(words: string): Promise<void> {
    const wanted = words.trim() || null;
    if (wanted === (this.#state.search?.words ?? null) && this.#state.search?.phase !== "failed") return;
    this.store.dispatch({ type: "searching", words: wanted });
    if (wanted) await this.#find(wanted, true);
  }

  async searchMore(): Promise<void> {
    const { search } = this.#state;
    if (search?.next) await this.#find(search.words, false, search.next);
  }

  async #find(words: string, first: boolean, before?: string): Promise<void> {
    const query = new URLSearchParams({ list: "all", q: words, ...(before ? { before } : {}) });
    try {
      this.store.dispatch({ type: "found", words, listed: await request<Listed>("GET", `/api/conversations?${query}`), first });
    } catch (error) {
      if (codeOf(error) === "unauthorized") this.#phase("expired");
      else this.store.dispatch({ type: "search_failed", words });
    }
  }

  /** Answers of the help center for these words, in the shopper's language. */
  async suggest(id: string, text: string): Promise<readonly Suggestion[]> {
    const answer = await this.#ask("suggestion_list", { conversation_id: id, text }).catch(() => null);
    return answer?.suggestions ?? [];
  }

  reload(id: string): void {
    void this.#watch.join(id);
  }

  async loadOlder(id: string): Promise<void> {
    await this.act.doing("older", () => this.#watch.loadOlder(id));
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

  /** To the server, which asks back when the answer is not in the shopper's language. */
  async #deliver(conversation_id: string, client_id: string, text: string): Promise<Sent> {
    const anyway = this.#anyway.has(`${conversation_id} ${text}`);
    try {
      return await this.#ask("message_send", { conversation_id, client_id, text, ...(anyway ? { anyway } : {}) });
    } catch (error) {
      const found = error instanceof Refusal && error.code === "conflict" ? error.params["found"] : undefined;
      if (typeof found === "string") this.store.dispatch({ type: "language_doubted", client_id, found });
      throw error;
    }
  }

  resend(client_id: string): void {
    this.#outbox?.retry(client_id);
  }

  /** The agent has read the warning, and the shopper shall have it all the same. */
  sendAnyway(client_id: string): void {
    const item = this.#outbox?.items.find((candidate) => candidate.client_id === client_id);
    if (!item) return;
    this.#anyway.add(`${item.conversation_id} ${item.text}`);
    // A refused item stays refused: its words go out anew.
    this.#outbox?.drop(client_id);
    this.#outbox?.add(item.text, item.conversation_id);
  }

  discard(client_id: string): void {
    this.#outbox?.drop(client_id);
  }

  /** Whether the note is stored. A note has no client_id, so it is never sent twice by itself. */
  async note(id: string, text: string): Promise<boolean> {
    return this.act.doing("note", async () => {
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

  setPresence(presence: Presence): void {
    this.#kept.set("parley.presence", presence);
    void this.act.setPresence(presence);
  }
}
