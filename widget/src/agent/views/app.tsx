/** The console: which page is shown, keys, and what the panes share. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { formatter } from "../../shared/format.ts";
import type { Translate } from "../../shared/translate.ts";
import { type AgentKey, loadAgent } from "../catalogs.ts";
import type { Desk } from "../desk.ts";
import { applyTheme, keepPreference, type Preferences, regional } from "../preferences.ts";
import { type Route, routeOf } from "../route.ts";
import type { State } from "../state.ts";
import { Brief } from "./brief.tsx";
import { wish } from "./composer.tsx";
import { type Console, ConsoleContext, type Panel, type Tab } from "./context.ts";
import { Conversation } from "./conversation.tsx";
import { useAlerts, useKeys } from "./keys.ts";
import { List, Skeleton } from "./list.tsx";
import { Announcer, ConnectionBanner, Notices } from "./notices.tsx";
import { Offers } from "./offers.tsx";
import { Rail } from "./rail.tsx";
import { Frame, SignIn } from "./signin.tsx";

const later = () => import("./later.ts");
const office = () => import("../office/main.tsx");

export interface AppProps {
  desk: Desk;
  translate: Translate<AgentKey>;
  kept: Preferences;
}

export function App({ desk, translate, kept }: AppProps): JSX.Element {
  const [state, setState] = useState<State>(desk.store.state);
  const [preferences, setPreferences] = useState(kept);
  const [t, setT] = useState<Translate<AgentKey>>(() => translate);
  const [{ panel, subject }, setOver] = useState<{ panel: Panel; subject: string | null }>({ panel: null, subject: null });
  const open: Console["open"] = (wanted, of) => setOver({ panel: wanted, subject: of ?? null });
  const [tab, setTab] = useState<Tab>("reply");
  const format = useMemo(() => formatter(regional(preferences.language)), [preferences.language]);
  useEffect(() => {
    setState(desk.store.state);
    return desk.store.subscribe(setState);
  }, []);
  const route = useAddress(desk);
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
    open(null);
    wish(wanted, insert);
  };
  const to = (hash: string): void => {
    open(null);
    location.hash = hash;
  };
  const go = (id: string | null): void => to(id ? `#/${id}` : "#/");
  const context: Console = { state, desk, t, format, preferences, prefer, panel, open, route, to, go, tab, write: compose, insert: (text) => compose("reply", text) };

  useEffect(() => {
    document.documentElement.lang = preferences.language;
  }, [preferences.language]);
  useAlerts(context);
  useKeys(context);
  return <ConsoleContext.Provider value={context}>{page(context, subject)}</ConsoleContext.Provider>;
}

function page(context: Console, subject: string | null): JSX.Element {
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
      if (context.route.page === "account") return <OwnAccount language={preferences.language} />;
      return (
        <Frame {...entrance} title={t("forbidden_title")}>
          <p class="lead">{t("forbidden_text", { name: state.session?.agent.name ?? "" })}</p>
          <a class="button primary wide" href="/dashboard">
            {t("dashboard")}
          </a>
          <a class="button wide" href="#/account">
            {t("account")}
          </a>
          <button type="button" class="button wide" onClick={() => void desk.signOut()}>
            {t("sign_out")}
          </button>
        </Frame>
      );
    case "signed_out":
    case "expired":
      return <SignIn {...entrance} second={later} reason={state.phase} hints={state.hints} elsewhere={state.elsewhere} email={state.phase === "expired" ? state.session?.agent.email : undefined} onSession={(session) => desk.begin(session)} />;
    case "ready":
      return <Panes context={context} subject={subject} />;
  }
}

function Panes({ context, subject }: { context: Console; subject: string | null }): JSX.Element {
  const { state, t, panel, open, route, preferences } = context;
  const more = useChunk(later, true);
  const row = state.rows[subject ?? state.selected ?? ""];
  const apart = route.page === "supervision" || route.page === "settings" || route.page === "account";
  const chosen = state.selected !== null || route.page === "ticket";
  return (
    <div class={`console ${chosen ? "with-conversation" : ""} ${apart ? "apart" : ""}`}>
      <ConnectionBanner />
      <Offers />
      <Rail />
      {route.page === "account" ? (
        <OwnAccount language={preferences.language} />
      ) : apart ? (
        <Office />
      ) : (
        <main class="panes">
          <h1 class="unseen">{t("console")}</h1>
          <List />
          {route.page === "ticket" ? more ? <more.Ticket id={route.id} /> : <Skeleton /> : <Conversation />}
          {route.page === "ticket" ? null : <Brief />}
          {panel === "brief" ? <div class="shade" onClick={() => open(null)} /> : null}
        </main>
      )}
      {more && panel === "menu" ? <more.Menu /> : null}
      {more && panel === "settings" ? <more.Settings /> : null}
      {more && panel === "resolve" && row ? <more.Resolve row={row} thread={state.threads[row.id]} /> : null}
      {more && panel === "transfer" && row ? <more.Transfer row={row} /> : null}
      <Notices />
      <Announcer />
    </div>
  );
}

/** Supervision and the shop's settings: a chunk of their own, for the few who have them. */
function Office(): JSX.Element {
  const pages = useChunk(office, true);
  return pages ? <pages.Office /> : <Skeleton />;
}

function OwnAccount({ language }: { language: Preferences["language"] }): JSX.Element {
  const pages = useChunk(later, true);
  return pages ? <pages.Account language={language} /> : <Skeleton />;
}

/** A part of the program that comes later; null until it is there. A line that is down is tried again. */
function useChunk<Chunk>(load: () => Promise<Chunk>, wanted: boolean): Chunk | null {
  const [chunk, setChunk] = useState<{ loaded: Chunk } | null>(null);
  const [tried, setTried] = useState(0);
  useEffect(() => {
    if (!wanted || chunk) return;
    let timer = 0;
    load().then(
      (loaded) => setChunk({ loaded }),
      () => {
        timer = window.setTimeout(() => setTried(tried + 1), RETRY_MILLISECONDS);
      },
    );
    return () => window.clearTimeout(timer);
  }, [wanted, tried]);
  return chunk?.loaded ?? null;
}

const RETRY_MILLISECONDS = 3_000;

/** What is on the screen is in the address. */
function useAddress(desk: Desk): Route {
  const [route, setRoute] = useState<Route>(() => routeOf(location.hash));
  useEffect(() => {
    const follow = (): void => {
      const next = routeOf(location.hash);
      setRoute(next);
      if (desk.store.state.phase === "ready") desk.select(next.page === "inbox" ? next.id : null);
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
  return route;
}
