/** Who is there, which period, and what the server says about it. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { HttpFault, request } from "../../agent/http.ts";
import { keepPreference, type Preferences, regional } from "../../agent/preferences.ts";
import type { Session, SignInHint } from "../../agent/protocol.ts";
import { whoAmI } from "../../agent/session.ts";
import { Frame, SignIn } from "../../agent/views/signin.tsx";
import type { Translate } from "../../shared/translate.ts";
import { type AnalystKey, loadAnalyst } from "../catalog.ts";
import { numbersFor } from "../numbers.ts";
import { type Choice, dayOf, previous, readChoice, writeChoice } from "../period.ts";
import type { Report } from "../report.ts";
import { Dashboard } from "./dashboard.tsx";

type Phase = "loading" | "signed_out" | "expired" | "forbidden" | "failed" | "ready";

export interface Loaded {
  /** Grouped by day. */
  daily: Report;
  /** Grouped by what was chosen. */
  grouped: Report;
  /** The period of the same length before. */
  before: Report | null;
}

const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

async function load({ from, to, by }: Choice): Promise<Loaded> {
  const ask = (period: { from: string; to: string }, group?: string): Promise<Report> =>
    request<Report>("GET", `/api/report?${new URLSearchParams({ ...period, time_zone: timeZone(), ...(group ? { by: group } : {}) })}`);
  const [daily, grouped, before] = await Promise.all([
    ask({ from, to }, "day"),
    ask({ from, to }, by),
    ask(previous({ from, to })).catch(() => null), // a comparison is nice to have
  ]);
  return { daily, grouped, before };
}

export function App({ translate, kept }: { translate: Translate<AnalystKey>; kept: Preferences }): JSX.Element {
  const [t, setT] = useState<Translate<AnalystKey>>(() => translate);
  const [language, setLanguage] = useState(kept.language);
  const [phase, setPhase] = useState<Phase>("loading");
  const [session, setSession] = useState<Session | null>(null);
  const [hints, setHints] = useState<SignInHint[]>([]);
  const [choice, setChoice] = useState<Choice>(() => readChoice(location.search, dayOf(new Date())));
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [busy, setBusy] = useState(false);
  const numbers = useMemo(() => numbersFor(regional(language)), [language]);

  const changeLanguage = (wanted: Preferences["language"]): void => {
    keepPreference("language", wanted);
    setLanguage(wanted);
    void loadAnalyst(wanted).then((sentences) => setT(() => sentences));
  };
  const choose = (wanted: Choice): void => {
    history.pushState(null, "", writeChoice(wanted));
    setChoice(wanted);
  };
  const begin = (signed: Session): void => {
    setSession(signed);
    setPhase(signed.agent.role === "agent" ? "forbidden" : "ready");
  };
  const start = async (): Promise<void> => {
    try {
      const found = await whoAmI();
      setHints(found.hints);
      if (found.session) begin(found.session);
      else setPhase("signed_out");
    } catch {
      setPhase("failed");
    }
  };
  const refresh = async (): Promise<void> => {
    setBusy(true);
    try {
      setLoaded(await load(choice));
      setPhase("ready");
    } catch (error) {
      const code = error instanceof HttpFault ? error.code : "internal";
      setPhase(code === "unauthorized" ? "expired" : code === "forbidden" ? "forbidden" : "failed");
    } finally {
      setBusy(false);
    }
  };
  const signOut = async (): Promise<void> => {
    await request("DELETE", "/api/session").catch(() => undefined);
    setLoaded(null);
    setPhase("signed_out");
  };

  useEffect(() => void start(), []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = t("page_title");
  }, [t, language]);
  useEffect(() => {
    const follow = (): void => setChoice(readChoice(location.search, dayOf(new Date())));
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);
  useEffect(() => {
    if (session && phase !== "forbidden" && phase !== "signed_out") void refresh();
  }, [session, choice]);

  const entrance = { t, language, onLanguage: changeLanguage };
  switch (phase) {
    case "loading":
      return <Waiting label={t("loading")} />;
    case "signed_out":
    case "expired":
      return <SignIn {...entrance} reason={phase} hints={hints} email={session?.agent.email} onSession={begin} />;
    case "forbidden":
      return (
        <Frame {...entrance} title={t("forbidden_title")}>
          <p class="lead">{t("forbidden_reports", { name: session?.agent.name ?? "" })}</p>
          <a class="button primary wide" href="/agent">
            {t("console")}
          </a>
          <button type="button" class="button wide" onClick={() => void signOut()}>
            {t("sign_out")}
          </button>
        </Frame>
      );
    case "failed":
      return (
        <Frame {...entrance} title={t("failed_title")}>
          <p class="lead">{t("failed_text")}</p>
          <button type="button" class="button primary wide" onClick={() => void (session ? refresh() : start())}>
            {t("try_again")}
          </button>
        </Frame>
      );
    case "ready":
      if (!session || !loaded) return <Waiting label={t("loading")} />;
      return <Dashboard {...entrance} session={session} loaded={loaded} choice={choice} busy={busy} numbers={numbers} onChoice={choose} onSignOut={() => void signOut()} />;
  }
}

const Waiting = ({ label }: { label: string }): JSX.Element => (
  <main class="entrance">
    <span class="spinner large" role="status" aria-label={label} />
  </main>
);
