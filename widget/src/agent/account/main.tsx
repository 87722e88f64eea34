/** One's own account: password, second factor, and where one is signed in. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatter } from "../../shared/format.ts";
import type { Language } from "../../shared/protocol.ts";
import { adopt } from "../../shared/sheets.ts";
import { request } from "../http.ts";
import { regional } from "../preferences.ts";
import type { Agent } from "../protocol.ts";
import { Icon } from "../views/icons.tsx";
import { Fault } from "../views/signin.tsx";
import office from "../office/office.css";
import sheet from "./account.css";
import { AskPassword, PasswordField } from "./parts.tsx";
import { propose, type Proposal, RecoveryCodes, TotpSetUp } from "./totp.tsx";
import { refusal, type Say, useAccountWords } from "./words.ts";

adopt(document, office, sheet);

interface OwnSession {
  id: string;
  browser: string | null;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

interface Own {
  agent: Agent;
  totp: { on: boolean; required: boolean; codes_left: number };
  sessions: OwnSession[];
}

export function Account({ language }: { language: Language }): JSX.Element {
  const t = useAccountWords(language);
  const [own, setOwn] = useState<Own | null>(null);
  const [fault, setFault] = useState(false);
  const load = (): Promise<void> =>
    request<Own>("GET", "/api/account").then(
      (told) => (setOwn(told), setFault(false)),
      () => setFault(true),
    );
  useEffect(() => void load(), []);
  if (!t) return <main class="office account" />;
  return (
    <main class="office account">
      <div class="page">
        <header>
          <a class="back-link always" href="#/">
            <Icon name="back" size={18} /> {t("back")}
          </a>
          <h1>{t("account_title")}</h1>
          {own ? <p class="quiet">{`${own.agent.name} · ${own.agent.email} · ${t(`role_${own.agent.role}`)}`}</p> : null}
        </header>
        {fault ? (
          <div class="empty" role="alert">
            <p>{t("account_failed")}</p>
            <button type="button" class="button" onClick={() => void load()}>
              {t("again")}
            </button>
          </div>
        ) : null}
        {own ? (
          <div class="account-parts">
            <SecondFactor t={t} own={own} onChange={load} />
            <Password t={t} email={own.agent.email} onChange={load} />
            <Sessions t={t} language={language} sessions={own.sessions} onChange={load} />
          </div>
        ) : null}
      </div>
    </main>
  );
}

function Password({ t, email, onChange }: { t: Say; email: string; onChange: () => Promise<void> }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const [busy, setBusy] = useState(false);
  const field = (name: string): HTMLInputElement | null => form.current?.querySelector(`[name=${name}]`) ?? null;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const [present, wanted] = [field("present"), field("wanted")];
    if (!present?.value) return present?.focus();
    if (!wanted?.value) return wanted?.focus();
    setBusy(true);
    setFault(null);
    setSaved(false);
    try {
      await request("PUT", "/api/account/password", { password: present.value, new: wanted.value });
      form.current?.reset();
      setSaved(true);
      await onChange();
    } catch (error) {
      setFault(refusal(t, error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card-block">
      <h2>{t("password_title")}</h2>
      <form ref={form} class="account-form" onSubmit={submit} noValidate>
        <input class="unseen" name="username" autocomplete="username" value={email} readOnly tabIndex={-1} aria-hidden="true" />
        <PasswordField label={t("password_now")} name="present" complete="current-password" />
        <PasswordField label={t("password_new")} name="wanted" complete="new-password" hint={t("password_hint")} />
        <p id="wanted-hint" class="quiet">
          {t("password_hint")}
        </p>
        <Fault>{fault}</Fault>
        <p class="done" role="status">
          {saved ? t("password_saved") : ""}
        </p>
        <button type="submit" class="button primary" disabled={busy}>
          {t("password_save")}
        </button>
      </form>
    </section>
  );
}

type Asking = "on" | "off" | "codes" | null;

function SecondFactor({ t, own, onChange }: { t: Say; own: Own; onChange: () => Promise<void> }): JSX.Element {
  const [asking, setAsking] = useState<Asking>(null);
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const { on, required, codes_left } = own.totp;
  const done = (): void => {
    setProposal(null);
    setCodes(null);
    void onChange();
  };
  const confirmed = async (password: string): Promise<void> => {
    if (asking === "on") setProposal(await propose(password));
    if (asking === "off") await request("DELETE", "/api/account/totp", { password });
    if (asking === "codes") setCodes((await request<{ recovery_codes: string[] }>("POST", "/api/account/recovery-codes", { password })).recovery_codes);
    setAsking(null);
    if (asking === "off") await onChange();
  };
  return (
    <section class="card-block">
      <h2>{t("second_title")}</h2>
      {proposal ? (
        <TotpSetUp t={t} proposal={proposal} onDone={done} />
      ) : codes ? (
        <RecoveryCodes t={t} codes={codes} onDone={done} />
      ) : (
        <>
          <p class={on ? "good" : ""}>
            <Icon name={on ? "check" : "info"} size={18} /> <span>{t(on ? "second_is_on" : "second_is_off")}</span>
          </p>
          {on ? <p class={codes_left < 3 ? "few" : "quiet"}>{t("codes_left", { count: codes_left })}</p> : null}
          {on && required ? <p class="quiet">{t("second_required")}</p> : null}
          <p class="row-acts">
            {on ? (
              <>
                <button type="button" class="button" onClick={() => setAsking("codes")}>
                  {t("codes_new")}
                </button>
                {required ? null : (
                  <button type="button" class="button danger" onClick={() => setAsking("off")}>
                    {t("second_off")}
                  </button>
                )}
              </>
            ) : (
              <button type="button" class="button primary" onClick={() => setAsking("on")}>
                {t("second_on")}
              </button>
            )}
          </p>
        </>
      )}
      {asking ? <AskPassword t={t} title={t("ask_title")} onClose={() => setAsking(null)} onPassword={confirmed} /> : null}
    </section>
  );
}

function Sessions({ t, language, sessions, onChange }: { t: Say; language: Language; sessions: readonly OwnSession[]; onChange: () => Promise<void> }): JSX.Element {
  const format = formatter(regional(language));
  const [fault, setFault] = useState<string | null>(null);
  const end = (path: string): void => {
    setFault(null);
    void request("DELETE", `/api/account/sessions${path}`).then(onChange, (error: unknown) => setFault(refusal(t, error)));
  };
  return (
    <section class="card-block">
      <h2>{t("sessions_title")}</h2>
      <ul class="session-list">
        {sessions.map((one) => {
          const browser = one.browser ?? t("browser_unknown");
          return (
            <li key={one.id}>
              <p>
                <strong>{browser}</strong>
                {one.current ? <span class="tag good">{t("session_this")}</span> : null}
                <span class="quiet">{t("session_seen", { time: format.moment(one.last_seen_at) })}</span>
              </p>
              {one.current ? null : (
                <button type="button" class="button" aria-label={t("session_end_of", { browser })} onClick={() => end(`/${one.id}`)}>
                  {t("session_end")}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <Fault>{fault}</Fault>
      {sessions.length > 1 ? (
        <p class="row-acts">
          <button type="button" class="button danger" onClick={() => end("")}>
            {t("sessions_end_others")}
          </button>
        </p>
      ) : null}
    </section>
  );
}
