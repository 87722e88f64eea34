/** The console: which page is shown, keys, and what the panes share. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { formatter } from "../../shared/format.ts";
import type { Translate } from "../../shared/translate.ts";
import { chime, newlyWaiting, notify, pageTitle } from "../alerts.ts";
import { type AgentKey, loadAgent } from "../catalogs.ts";
import type { Desk } from "../desk.ts";
import { listed, neighbour, unreadOfMine } from "../lists.ts";
import { applyTheme, keepPreference, type Preferences, regional } from "../preferences.ts";
import { type Meant, meant } from "../shortcuts.ts";
import type { State } from "../state.ts";
import { Brief } from "./brief.tsx";
import { FOCUS_EVENT } from "./composer.tsx";
import { type Console, ConsoleContext, type Panel, type Tab } from "./context.ts";
import { Conversation } from "./conversation.tsx";
import { List } from "./list.tsx";
import { Menu } from "./menu.tsx";
import { Announcer, ConnectionBanner, Notices } from "./notices.tsx";
import { Rail } from "./rail.tsx";
import { Resolve } from "./resolve.tsx";
import { shelved } from "./rows.ts";
import { Settings } from "./settings.tsx";
import { Transfer } from "./transfer.tsx";
import { Frame, SignIn } from "./signin.tsx";
import { named } from "./words.ts";

export interface AppProps {
  desk: Desk;
  translate: Translate<AgentKey>;
  kept: Preferences;
}

export function App({ desk, translate, kept }: AppProps): JSX.Element {
  const [state, setState] = useState<State>(desk.store.state);
  const [preferences, setPreferences] = useState(kept);
  const [t, setT] = useState<Translate<AgentKey>>(() => translate);
  const [panel, setPanel] = useState<Panel>(null);
  const [tab, setTab] = useState<Tab>("reply");
  const format = useMemo(() => formatter(regional(preferences.language)), [preferences.language]);
  useEffect(() => {
    setState(desk.store.state);
    return desk.store.subscribe(setState);
  }, []);
  useAddress(desk);
  // However another conversation was chosen: what is written next is a reply, unless a note is asked for.
  useEffect(() => setTab("reply"), [state.selected]);

  const prefer: Console["prefer"] = (name, value) => {
    keepPreference(name, value);
    setPreferences((before) => ({ ...before, [name]: value }));
    if (name === "theme") applyTheme(value as Preferences["theme"]);
    if (name === "language") void loadAgent(value as Preferences["language"]).then((loaded) => setT(() => loaded));
  };
  const compose = (wanted: Tab, insert?: string): void => {
    setTab(wanted);
    setPanel(null);
    // After the composer of that tab is on the page.
    window.setTimeout(() => document.dispatchEvent(new CustomEvent(FOCUS_EVENT, { detail: { tab: wanted, insert } })), 30);
  };
  const go = (id: string | null): void => {
    setPanel(null);
    location.hash = id ? `#/${id}` : "#/";
  };
  const context: Console = { state, desk, t, format, preferences, prefer, panel, open: setPanel, go, tab, write: compose, insert: (text) => compose("reply", text) };

  useEffect(() => {
    document.documentElement.lang = preferences.language;
  }, [preferences.language]);
  useAlerts(context);
  useKeys(context);
  return <ConsoleContext.Provider value={context}>{page(context)}</ConsoleContext.Provider>;
}

function page(context: Console): JSX.Element {
  const { state, desk, t, preferences, prefer } = context;
  const entrance = { t, language: preferences.language, onLanguage: (language: Preferences["language"]) => prefer("language", language) };
  switch (state.phase) {
    case "loading":
      return (
        <main class="entrance">
          <span class="spinner large" role="status" aria-label={t("loading")} />
        </main>
      );
    case "failed":
      return (
        <Frame {...entrance} title={t("failed_title")}>
          <p class="lead">{t("failed_text")}</p>
          <button type="button" class="button primary wide" onClick={() => void desk.start()}>
            {t("try_again")}
          </button>
        </Frame>
      );
    case "forbidden":
      return (
        <Frame {...entrance} title={t("forbidden_title")}>
          <p class="lead">{t("forbidden_text", { name: state.session?.agent.name ?? "" })}</p>
          <a class="button primary wide" href="/dashboard">
            {t("dashboard")}
          </a>
          <button type="button" class="button wide" onClick={() => void desk.signOut()}>
            {t("sign_out")}
          </button>
        </Frame>
      );
    case "signed_out":
    case "expired":
      return <SignIn {...entrance} reason={state.phase} hints={state.hints} email={state.phase === "expired" ? state.session?.agent.email : undefined} onSession={(session) => desk.begin(session)} />;
    case "ready":
      return <Panes context={context} />;
  }
}

function Panes({ context }: { context: Console }): JSX.Element {
  const { state, t, panel, open } = context;
  const row = state.selected ? state.rows[state.selected] : undefined;
  return (
    <div class={`console ${state.selected ? "with-conversation" : ""}`}>
      <ConnectionBanner />
      <Rail />
      <main class="panes">
        <h1 class="unseen">{t("console")}</h1>
        <List />
        <Conversation />
        <Brief />
        {panel === "brief" ? <div class="shade" onClick={() => open(null)} /> : null}
      </main>
      {panel === "menu" ? <Menu /> : null}
      {panel === "settings" ? <Settings /> : null}
      {panel === "resolve" && row ? <Resolve row={row} thread={state.threads[row.id]} /> : null}
      {panel === "transfer" && row ? <Transfer row={row} /> : null}
      <Notices />
      <Announcer />
    </div>
  );
}

/** The open conversation is in the address: reload, back and bookmarks work. */
function useAddress(desk: Desk): void {
  useEffect(() => {
    const follow = (): void => {
      const id = /^#\/([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;
      if (desk.store.state.phase === "ready") desk.select(id);
    };
    const listening = new AbortController();
    window.addEventListener("hashchange", follow, { signal: listening.signal });
    document.addEventListener("visibilitychange", () => desk.store.state.selected && desk.lookAt(desk.store.state.selected), { signal: listening.signal });
    const forget = desk.store.subscribe((state, before) => {
      if (state.phase === "ready" && before.phase !== "ready") follow();
      // Accepting chooses a conversation without a click on it.
      if (state.selected !== before.selected && state.selected) location.hash = `#/${state.selected}`;
    });
    follow();
    return () => {
      listening.abort();
      forget();
    };
  }, []);
}

function useAlerts({ state, desk, t, preferences, go }: Console): void {
  const count = state.queue.length + unreadOfMine(shelved(state));
  useEffect(() => {
    document.title = pageTitle(t("page_title"), state.phase === "ready" ? count : 0);
  }, [count, t, state.phase]);
  useEffect(
    () =>
      desk.store.subscribe((after, before) => {
        if (!before.live || after.queue === before.queue) return;
        const [first] = newlyWaiting(after.queue, before.queue);
        if (!first || after.session?.agent.presence !== "online") return;
        if (preferences.sound) chime();
        notify(t("notification_title"), `${named(t, "reason", first.handoff.reason)}${first.last ? `: ${first.last.text}` : ""}`, () => go(first.conversation.id));
      }),
    [preferences.sound, t],
  );
}

function useKeys(context: Console): void {
  useEffect(() => {
    const listening = new AbortController();
    document.addEventListener("keydown", (event) => pressed(event, context), { signal: listening.signal });
    return () => listening.abort();
  });
}

function pressed(event: KeyboardEvent, context: Console): void {
  const { state, preferences, panel, open, go } = context;
  if (state.phase !== "ready" || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  const typing = target.matches("input,textarea,select,[contenteditable]");
  if (event.key === "Escape") {
    if (panel === "brief") open(null);
    else if (target.id === "composer-field") target.blur();
    else if (!panel && state.selected) go(null);
    return;
  }
  const { key, ctrlKey, metaKey, altKey, isComposing } = event;
  const command = meant({ key, ctrlKey, metaKey, altKey, isComposing, typing }, { keys: preferences.keys, on: preferences.shortcuts });
  if (!command || (panel && panel !== "brief" && command !== "menu")) return;
  event.preventDefault();
  obey(command, context);
}

function obey(command: Meant, { state, desk, panel, open, go, write, insert }: Console): void {
  const row = state.selected ? state.rows[state.selected] : undefined;
  const mine = row?.status === "agent" && row.agent_id === state.session?.agent.id;
  switch (command) {
    case "menu":
      return open(panel === "menu" ? null : "menu");
    case "help":
      return open("settings");
    case "next":
    case "previous":
      return go(neighbour(state.list === "tickets" ? [] : listed(state.list, shelved(state)), state.selected, command === "next" ? 1 : -1));
    case "resolve":
      return mine ? open("resolve") : undefined;
    case "note":
    case "reply":
      return row ? write(command) : undefined;
    case "accept":
      if (row?.status === "waiting") void desk.accept(row.id).then(() => write("reply"));
      else if (row?.status === "bot") void desk.take(row.id).then(() => write("reply"));
      return;
    default: {
      const suggestion = row && mine ? state.threads[row.id]?.suggestions[Number(command.at(-1)) - 1] : undefined;
      return suggestion ? insert(suggestion.text) : undefined;
    }
  }
}
