/** Who is there, which part of the page, and what the server says about it. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type HttpFault, request } from "../../agent/http.ts";
import { applyTheme, keepPreference, type Preferences, regional } from "../../agent/preferences.ts";
import type { Session, SignInHint } from "../../agent/protocol.ts";
import { type Elsewhere, NOWHERE, whoAmI } from "../../agent/session.ts";
import { Frame, SignIn } from "../../agent/views/signin.tsx";
import type { Translate } from "../../shared/translate.ts";
import { type Address, readAddress, writeAddress } from "../address.ts";
import { ask, forget, Refusals } from "../answers.ts";
import { type AnalystKey, loadAnalyst } from "../catalog.ts";
import { numbersFor } from "../numbers.ts";
import type { Definition } from "../report.ts";
import { type Board, BoardContext } from "./board.ts";
import { Dashboard } from "./dashboard.tsx";

type Phase = "loading" | "signed_out" | "expired" | "forbidden" | "failed" | "ready";

export function App({ translate, kept }: { translate: Translate<AnalystKey>; kept: Preferences }): JSX.Element {
  const [t, setT] = useState<Translate<AnalystKey>>(() => translate);
  const [{ language, theme }, setPreferences] = useState(kept);
  const [phase, setPhase] = useState<Phase>("loading");
  const [session, setSession] = useState<Session | null>(null);
  const [hints, setHints] = useState<SignInHint[]>([]);
  const [elsewhere, setElsewhere] = useState<Elsewhere>(NOWHERE);
  const [address, setAddress] = useState<Address>(() => readAddress(location.search));
  const [definitions, setDefinitions] = useState<ReadonlyMap<string, Definition>>(new Map());
  const [version, setVersion] = useState(0);
  const numbers = useMemo(() => numbersFor(regional(language)), [language]);

  const changeLanguage = (wanted: Preferences["language"]): void => {
    keepPreference("language", wanted);
    void loadAnalyst(wanted).then((sentences) => {
      setT(() => sentences);
      setPreferences((before) => ({ ...before, language: wanted }));
    });
  };
  const changeTheme = (wanted: Preferences["theme"]): void => {
    keepPreference("theme", wanted);
    applyTheme(wanted);
    setPreferences((before) => ({ ...before, theme: wanted }));
  };
  const go = (change: Partial<Address>, replace = false): void =>
    setAddress((before) => {
      const next = { ...before, ...change };
      const search = writeAddress(next);
      if (search !== (location.search || "?")) history[replace ? "replaceState" : "pushState"](null, "", search);
      return next;
    });
  const begin = (signed: Session): void => {
    forget();
    setSession(signed);
    setPhase(signed.agent.role === "agent" ? "forbidden" : "ready");
    setVersion((count) => count + 1);
  };
  const start = async (): Promise<void> => {
    setPhase("loading");
    try {
      const found = await whoAmI();
      setHints(found.hints);
      setElsewhere(found.elsewhere);
      if (found.session) begin(found.session);
      else setPhase("signed_out");
    } catch {
      setPhase("failed");
    }
  };
  const refused = ({ code }: HttpFault): void => {
    if (code === "unauthorized") setPhase("expired");
    if (code === "forbidden") setPhase("forbidden");
  };
  const signOut = async (): Promise<void> => {
    await request("DELETE", "/api/session").catch(() => undefined);
    forget();
    setPhase("signed_out");
  };

  useEffect(() => void start(), []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = t("page_title");
  }, [t, language]);
  useEffect(() => {
    const follow = (): void => setAddress(readAddress(location.search));
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);
  useEffect(() => {
    if (phase !== "ready") return;
    ask<{ definitions: Definition[] }>(`/api/analytics/definitions?language=${language}`).then(
      (told) => setDefinitions(new Map(told.definitions.map((one) => [one.name, one]))),
      refused,
    );
  }, [phase, language]);

  const entrance = { t, language, onLanguage: changeLanguage };
  switch (phase) {
    case "loading":
      return (
        <main class="entrance">
          <span class="spinner large" role="status" aria-label={t("loading")} />
        </main>
      );
    case "signed_out":
    case "expired":
      return <SignIn {...entrance} second={() => import("../../agent/account/second.tsx")} reason={phase} hints={hints} elsewhere={elsewhere} email={session?.agent.email} onSession={begin} />;
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
          <button type="button" class="button primary wide" onClick={() => void start()}>
            {t("try_again")}
          </button>
        </Frame>
      );
    case "ready": {
      if (!session) return <></>;
      const refresh = (): void => {
        forget();
        setVersion((count) => count + 1);
      };
      const board: Board = { t, language, numbers, session, address, go, definitions, refresh, version };
      return (
        <Refusals.Provider value={refused}>
          <BoardContext.Provider value={board}>
            <Dashboard onLanguage={changeLanguage} theme={theme} onTheme={changeTheme} onSignOut={() => void signOut()} />
          </BoardContext.Provider>
        </Refusals.Provider>
      );
    }
  }
}
