/** What happens: the connection, the outbox, what is kept between pages. The view only asks for it. */
import { type Host, type Kept, storageKey } from "../embed/host.ts";
import { connect, type Connection, Refusal } from "../shared/connection.ts";
import { Outbox } from "../shared/outbox.ts";
import type { Author, Message, Sent, ShopperAsks, ShopperTells } from "../shared/protocol.ts";
import { shelf } from "../shared/storage.ts";
import { type Event, type Fact, hasGap, initial, type Mark, reduce, type State } from "./state.ts";

/** A typing indicator without news ends after this. */
const TYPING_MILLISECONDS = 8_000;
/** How often "is typing" is told while somebody types. */
const TYPING_EVERY_MILLISECONDS = 3_000;
/** An answer that takes longer than this does not come. */
const AWAIT_MILLISECONDS = 15_000;

/** A rating goes through these. */
const STEPS = ["csat", "comment", "nps", "done"];

type Payload<E extends keyof ShopperAsks> = ShopperAsks[E]["payload"];
type Ok<E extends keyof ShopperAsks> = ShopperAsks[E]["ok"];

export interface SessionOptions {
  host: Host;
  /** BCP 47, what the interface speaks. */
  locale: () => string;
  /** The server, or another tab, speaks another language now. */
  onLocale: (locale: string) => void;
  onChange: (state: State, before: State, event: Event) => void;
  sentence: (code: string) => string;
}

export interface Session {
  readonly state: State;
  set(facts: Partial<Pick<State, Fact>>): void;
  mark(what: Mark, id: string, as: boolean | State["feedback"][string]): void;
  keep(change: Kept): void;
  connect(): void;
  /** Try again now. */
  reconnect(): void;
  destroy(): void;
  /** Ask, and say so when it did not work: then the result is false. */
  attempt<E extends keyof ShopperAsks & string>(event: E, payload: Payload<E>): Promise<Ok<E> | false>;
  send(text: string): void;
  retry(client_id: string): void;
  drop(client_id: string): void;
  typing(on: boolean): void;
  pick(message: Message, entry: string): Promise<void>;
  thumb(message: Message, helpful: boolean): void;
  earlier(): Promise<void>;
  identify(jwt: string): void;
  tellLocale(locale: string): void;
  /** Forget who this was; the server keeps the conversation unless it was deleted. */
  reset(): void;
}

export function openSession({ host, locale, onLocale, onChange, sentence }: SessionOptions): Session {
  const key = storageKey(host.server);
  const local = shelf("localStorage");
  const kept = (): Kept => parsed(local.get(key));
  const keep = (change: Kept): void => local.set(key, JSON.stringify({ ...kept(), ...change }));
  let state: State = { ...initial, seen: kept().seen ?? 0, sound: !!kept().sound };
  let connection: Connection<ShopperAsks> | undefined;
  let identity: string | undefined;
  let pulling = false;
  /** What is read first of a conversation is its past; all that comes later is news, pulled or told. */
  let past = true;
  let timer: ReturnType<typeof setTimeout>;
  let toldTyping = 0;
  let page = "";

  const dispatch = (event: Event): void => {
    const before = state;
    state = reduce(before, event);
    if (state.seen !== before.seen) keep({ seen: state.seen });
    if (state.status !== before.status) keep({ live: withPerson() });
    if (state.rating !== before.rating) keep({ rating: state.rating });
    onChange(state, before, event);
  };
  const set = (facts: Partial<Pick<State, Fact>>): void => dispatch({ type: "set", facts });
  const withPerson = (): boolean => state.status === "waiting" || state.status === "agent";

  const ask = async <E extends keyof ShopperAsks & string>(event: E, payload: Payload<E>): Promise<Ok<E>> => {
    if (!connection || state.connection !== "online") throw new Refusal("offline");
    if (page !== pageNow()) connection.ask("page_set", { page: (page = pageNow()) }).catch(() => {});
    return connection.ask(event, payload);
  };

  const outbox = new Outbox<Sent>({
    shelf: local,
    key: `${key}outbox`,
    send: ({ client_id, text }) => ask("message_send", { client_id, text }),
    // Nobody writes an answer to what was not sent.
    onChange: (outgoing) => set({ outgoing, notice: null, said: null, typing: outgoing.some(({ failed }) => failed) ? null : state.typing }),
    onSent: ({ client_id, text, at }, sent) => {
      const known = state.messages.some((message) => message.seq === sent.seq);
      if (!known) arrived([{ conversation_id: state.conversation, client_id, author: "shopper", language: locale().slice(0, 2), text, at, ...sent }], true);
    },
  });
  state = { ...state, outgoing: outbox.items };

  const arrived = (messages: Message[], live: boolean): void => {
    dispatch({ type: "messages", messages, live });
    for (const { client_id } of messages) if (client_id) outbox.drop(client_id);
    if (hasGap(state)) void pull();
  };

  /** Everything past the last seq, in pages, until there is no more. */
  const pull = async (): Promise<void> => {
    if (pulling) return;
    pulling = true;
    try {
      for (let more = true; more; ) {
        const ok = await ask("resume", { after_seq: state.last, limit: 200 });
        arrived(ok.messages, !past);
        if (ok.status !== state.status) dispatch({ type: "status", status: ok.status });
        more = ok.more && ok.messages.length > 0;
      }
      past = false;
    } catch {
      // Offline: the next session_started pulls again. A time-out while online: once more, later.
      setTimeout(() => hasGap(state) && void pull(), 2_000);
    }
    pulling = false;
  };

  const types = (author: Author, milliseconds: number, name?: string): void => {
    clearTimeout(timer);
    set({ typing: { author, name } });
    timer = setTimeout(() => set({ typing: null }), milliseconds);
  };

  const tells: { [E in keyof ShopperTells]: (payload: ShopperTells[E]) => void } = {
    session_started({ token, conversation, settings, rating }) {
      const { token: stored, rating: step } = kept();
      // Two tabs opened their first session at once: the first token that was kept wins.
      if (stored && stored !== token && !state.started && !conversation.last_seq) return connection?.restart();
      keep({ token });
      dispatch({ type: "started", conversation, settings, rating, step: step as State["rating"] });
      if (identity) session.identify(identity);
      if (!conversation.last_seq) past = false;
      if (conversation.last_seq > state.last) void pull();
      void outbox.flush();
    },
    message_added(message) {
      if (message.conversation_id === state.conversation) arrived([message], true);
    },
    conversation_updated({ status, locale: spoken, settings }) {
      dispatch({ type: "status", status, settings });
      if (spoken) onLocale(spoken);
    },
    handoff_updated(handoff) {
      dispatch({ type: "handoff", handoff });
      host.tell("handoff", handoff);
    },
    typing_changed({ on, author = "agent", name }) {
      if (on) types(author, TYPING_MILLISECONDS, name);
      else set({ typing: null });
    },
    rating_requested: () => set({ rating: "csat" }),
  };

  /** Another tab read on, or left this conversation. */
  const onStorage = (event: StorageEvent): void => {
    if (event.key !== key) return;
    const now = parsed(event.newValue);
    if (parsed(event.oldValue).token && !now.token) session.reset();
    else if ((now.seen ?? 0) > state.seen) set({ seen: now.seen! });
    // Only onwards: a tab may write back what it read a moment too early.
    else if (state.rating && STEPS.indexOf(now.rating ?? "") > STEPS.indexOf(state.rating)) set({ rating: now.rating as State["rating"] });
  };
  addEventListener("storage", onStorage);

  const session: Session = {
    get state() {
      return state;
    },
    set,
    keep,
    mark: (what, id, as) => dispatch({ type: "mark", what, id, as }),
    connect() {
      connection ??= connect<ShopperAsks, ShopperTells>({
        server: host.server,
        namespace: "/shopper",
        auth: () => ({
          token: kept().token,
          locale: locale(),
          time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          page: (page = pageNow()),
          topic: host.getAttribute("topic") ?? undefined,
          surface: host.getAttribute("surface") ?? "widget",
          identity,
        }),
        // "Online" is said by session_started: until then nothing can be asked.
        onState: (now) => now === "online" || set({ connection: now }),
        onEvent: (event, payload) => tells[event]?.(payload as never),
        onRefused(code) {
          if (/unauthorized|forbidden|not_found/.test(code)) keep({ token: undefined, seen: 0 });
        },
      });
    },
    reconnect: () => connection?.retry(),
    destroy() {
      removeEventListener("storage", onStorage);
      clearTimeout(timer);
      connection?.close();
    },
    async attempt(event, payload) {
      try {
        const ok = await ask(event, payload);
        if (state.notice || state.said) set({ notice: null, said: null });
        return ok ?? true;
      } catch (error) {
        const { code = "internal", message = "" } = error as Partial<Refusal>;
        // The server's sentence is in the shopper's language; a refusal of our own has none.
        set({ notice: message && message !== code ? message : sentence(code) });
        host.tell("error", { code });
        return false;
      }
    },
    send(text) {
      session.connect();
      if (!withPerson()) types("bot", AWAIT_MILLISECONDS);
      toldTyping = 0;
      set({ rating: null });
      outbox.add(text);
    },
    retry(client_id) {
      connection?.retry();
      outbox.retry(client_id);
    },
    drop: (client_id) => outbox.drop(client_id),
    typing(on) {
      const due = on ? Date.now() - toldTyping > TYPING_EVERY_MILLISECONDS : toldTyping;
      if (!withPerson() || !due) return;
      toldTyping = on ? Date.now() : 0;
      ask("typing_set", { on }).catch(() => {});
    },
    async pick({ id }, entry) {
      session.mark("picked", id, true);
      types("bot", AWAIT_MILLISECONDS);
      if (await session.attempt("choice_pick", { message_id: id, entry })) return;
      session.mark("picked", id, false);
      set({ typing: null });
    },
    thumb({ id }, helpful) {
      session.mark("feedback", id, { helpful, asking: !helpful });
      void session.attempt("feedback_give", { message_id: id, helpful });
    },
    async earlier() {
      const ok = await session.attempt("history", { before_seq: state.first + 1 });
      if (ok) dispatch({ type: "messages", messages: ok.messages });
    },
    identify(jwt) {
      identity = jwt;
      // Nobody's mistake that a shopper could mend: only the page is told.
      if (state.connection === "online") ask("identify", { jwt }).catch(({ code = "internal" }) => host.tell("error", { code }));
    },
    tellLocale(wanted) {
      keep({ locale: wanted });
      if (!state.started) return;
      // The suggestions of an empty conversation come with the session.
      void session.attempt("locale_set", { locale: wanted }).then(() => state.messages.length || connection?.restart());
    },
    reset() {
      ask("sign_out", {}).catch(() => {});
      outbox.clear();
      const { locale: spoken, sound } = kept();
      local.set(key, JSON.stringify({ locale: spoken, sound }));
      identity = undefined;
      state = { ...initial, open: state.open, sound: state.sound };
      connection?.restart();
    },
  };
  return session;
}

const parsed = (text: string | null): Kept => {
  try {
    return (JSON.parse(text ?? "") as Kept | null) ?? {};
  } catch {
    return {};
  }
};

/** Without query and fragment: they may hold what is nobody's business. */
const pageNow = (): string => location.origin + location.pathname;
