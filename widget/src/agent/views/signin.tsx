/** The sign-in form of console and dashboard, and the frame that the set-up page shares with it. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../../shared/protocol.ts";
import type { Translate } from "../../shared/translate.ts";
import type { StaffKey } from "../catalogs.ts";
import { HttpFault, request } from "../http.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../preferences.ts";
import type { Session, SignInHint } from "../protocol.ts";
import type { Elsewhere, Needs } from "../session.ts";
import { Icon, Logo } from "./icons.tsx";

export interface Entrance {
  t: Translate<StaffKey>;
  language: Language;
  onLanguage: (language: Language) => void;
}

/** A calm page with one card: sign in, set up, or a sentence about why neither goes. */
export function Frame({ t, language, onLanguage, title, children }: Entrance & { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <main class="entrance">
      <div class="card">
        <p class="brand">
          <Logo size={36} /> <span>Parley</span>
        </p>
        <h1>{title}</h1>
        {children}
      </div>
      <LanguageSwitch t={t} language={language} onLanguage={onLanguage} />
    </main>
  );
}

export const LanguageSwitch = ({ t, language, onLanguage }: Entrance): JSX.Element => (
  <div class="languages" role="group" aria-label={t("interface_language")}>
    {LANGUAGES.map((choice) => (
      <button type="button" key={choice} lang={choice} aria-pressed={choice === language} onClick={() => onLanguage(choice)}>
        {LANGUAGE_NAMES[choice]}
      </button>
    ))}
  </div>
);

export const Fault = ({ children }: { children: ComponentChildren }): JSX.Element => (
  <p class="fault" role="alert">
    {children ? (
      <>
        <Icon name="warn" size={18} /> <span>{children}</span>
      </>
    ) : null}
  </p>
);

interface SignInProps extends Entrance {
  hints: readonly SignInHint[];
  reason: "signed_out" | "expired";
  second: SecondLoad;
  email?: string | undefined;
  elsewhere: Elsewhere;
  onSession: (session: Session) => void;
}

export function SignIn({ reason, email, hints, second, elsewhere, onSession, ...entrance }: SignInProps): JSX.Element {
  const { t } = entrance;
  const [fault, setFault] = useState<StaffKey | null>(refused);
  const [busy, setBusy] = useState(false);
  const [needs, setNeeds] = useState<Needs | null>(elsewhere.needs);
  const form = useRef<HTMLFormElement>(null);
  const field = (name: string): HTMLInputElement | null => form.current?.querySelector(`[name=${name}]`) ?? null;

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = { email: field("email")?.value.trim() ?? "", password: field("password")?.value ?? "" };
    if (!given.email || !given.password) {
      setFault("sign_in_incomplete");
      (given.email ? field("password") : field("email"))?.focus();
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const told = await request<Session | { needs: Needs }>("POST", "/api/session", given);
      if ("needs" in told) setNeeds(told.needs);
      else onSession(told);
    } catch (error) {
      const code = error instanceof HttpFault ? error.code : "internal";
      setFault(code === "unauthorized" || code === "bad_input" || code === "forbidden" ? "sign_in_wrong" : `error_${code}`);
      field("password")?.select();
      field("password")?.focus();
    } finally {
      setBusy(false);
    }
  };

  if (needs) return <Second {...entrance} load={second} needs={needs} onSession={onSession} />;
  return (
    <Frame {...entrance} title={t("sign_in_title")}>
      {reason === "expired" ? <p class="lead">{t("sign_in_expired")}</p> : null}
      <form ref={form} onSubmit={submit} noValidate>
        <label>
          <span>{t("email")}</span>
          <input class="field" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck={false} defaultValue={email ?? ""} autofocus={!email} required />
        </label>
        <label>
          <span>{t("password")}</span>
          <input class="field" name="password" type="password" autocomplete="current-password" autofocus={Boolean(email)} required />
        </label>
        <Fault>{fault ? t(fault) : null}</Fault>
        <button class="button primary wide" type="submit" disabled={busy}>
          {busy ? t("signing_in") : t("sign_in")}
        </button>
      </form>
      {elsewhere.service ? (
        <a class="button wide elsewhere" href={`/sign-in/start?page=${location.pathname.startsWith("/dashboard") ? "dashboard" : "agent"}`}>
          {t("sign_in_with", { service: elsewhere.service })}
        </a>
      ) : null}
      <DemoHint t={t} hints={hints} onPick={(hint) => fill(field, hint)} />
    </Frame>
  );
}

const REFUSED: Record<string, StaffKey> = {
  no_account: "sign_in_no_account",
  other_person: "sign_in_other_person",
  not_verified: "sign_in_not_verified",
  away: "sign_in_away",
  too_fast: "error_too_fast",
  failed: "sign_in_failed",
};

/** Why signing in elsewhere led back here, as the address says. */
function refused(): StaffKey | null {
  const reason = new URLSearchParams(location.search).get("sign_in");
  if (reason !== null) history.replaceState(null, "", location.pathname + location.hash);
  return reason === null ? null : (REFUSED[reason] ?? "sign_in_failed");
}

/** Where the second step comes from: a chunk that the page has anyway. */
export type SecondLoad = () => Promise<{ SecondStep: (step: Step) => JSX.Element }>;
export type Step = Entrance & { needs: Needs; onSession: (session: Session) => void };

/** The second step is a chunk of its own: few take it, and nobody at every visit. */
function Second({ load, ...step }: Step & { load: SecondLoad }): JSX.Element {
  const [chunk, setChunk] = useState<Awaited<ReturnType<SecondLoad>> | null>(null);
  useEffect(() => void load().then(setChunk, () => location.reload()), []);
  return chunk ? (
    <chunk.SecondStep {...step} />
  ) : (
    <main class="entrance">
      <span class="spinner large" role="status" aria-label={step.t("loading")} />
    </main>
  );
}

function fill(field: (name: string) => HTMLInputElement | null, hint: SignInHint): void {
  for (const name of ["email", "password"] as const) {
    const input = field(name);
    if (input) input.value = hint[name];
  }
  field("password")?.form?.requestSubmit();
}

/** Accounts of a demo, when the server says that this is one. */
function DemoHint({ t, hints, onPick }: { t: Translate<StaffKey>; hints: readonly SignInHint[]; onPick: (hint: SignInHint) => void }): JSX.Element | null {
  if (!hints.length) return null;
  return (
    <section class="demo" aria-label={t("demo_accounts")}>
      <p>{t("demo_hint")}</p>
      {hints.map((hint) => (
        <button type="button" class="account" key={hint.email} onClick={() => onPick(hint)}>
          <span class="account-email">{hint.email}</span>
          <code>{hint.password}</code>
        </button>
      ))}
    </section>
  );
}
