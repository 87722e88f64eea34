/** What a one-time link opens: an account for who was invited, or another password. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../../shared/protocol.ts";
import { adopt } from "../../shared/sheets.ts";
import type { Translate } from "../../shared/translate.ts";
import { loadStaff, type StaffKey } from "../catalogs.ts";
import { request } from "../http.ts";
import { keepPreference } from "../preferences.ts";
import type { Role, Session } from "../protocol.ts";
import { Fault, Frame } from "../views/signin.tsx";
import sheet from "./account.css";
import { refusal, type Say, useAccountWords } from "./words.ts";

adopt(document, sheet);

interface Welcome {
  kind: "invite" | "password";
  email: string;
  role: Role;
  name: string;
}

export function Invitation({ translate, chosen }: { translate: Translate<StaffKey>; chosen: Language }): JSX.Element {
  const [staff, setStaff] = useState<Translate<StaffKey>>(() => translate);
  const [language, setLanguage] = useState(chosen);
  const [told, setTold] = useState<Welcome | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const t = useAccountWords(language);
  const token = location.hash.slice(1);
  const title = t?.(told?.kind === "password" ? "reset_title" : "invite_title") ?? "";
  useEffect(() => {
    document.documentElement.lang = language;
    void loadStaff(language).then((loaded) => setStaff(() => loaded));
    if (token) void request<Welcome>("POST", "/api/links/look", { token }).then(setTold, setFault);
  }, [language]);
  useEffect(() => {
    document.title = `${title} · Parley`;
  }, [title]);
  const changeLanguage = (wanted: Language): void => {
    keepPreference("language", wanted);
    setLanguage(wanted);
  };
  if (!t) return <main class="entrance" />;
  return (
    <Frame t={staff} language={language} onLanguage={changeLanguage} title={title}>
      {!token ? <Fault>{t("link_missing")}</Fault> : fault ? <Fault>{refusal(t, fault)}</Fault> : told ? <Form t={t} token={token} told={told} /> : <span class="spinner large" role="status" aria-label={t("loading")} />}
    </Frame>
  );
}

function Form({ t, token, told }: { t: Say; token: string; told: Welcome }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const isNew = told.kind === "invite";
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const field = (name: string): HTMLInputElement | null => form.current?.querySelector(`[name=${name}]`) ?? null;
    const [name, password] = [field("name")?.value.trim() ?? "", field("password")?.value ?? ""];
    if (isNew && !name) return field("name")?.focus();
    if (!password) return field("password")?.focus();
    setBusy(true);
    setFault(null);
    try {
      await request("POST", "/api/links/use", { token, name, password });
      // A sign-in that fails here, or needs a code, is no matter: the console asks for it.
      const session = await request<Session>("POST", "/api/session", { email: told.email, password }).catch(() => null);
      location.replace(session?.agent?.role === "analyst" ? "/dashboard" : "/agent");
    } catch (error) {
      setFault(refusal(t, error));
      setBusy(false);
    }
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <p class="lead">{isNew ? `${t("invite_lead", { name: told.name, role: t(`role_${told.role}`) })} ${t("invite_email", { email: told.email })}` : told.email}</p>
      {isNew ? (
        <label>
          <span>{t("setup_name")}</span>
          <input class="field" name="name" autocomplete="name" maxLength={120} autofocus required />
        </label>
      ) : null}
      <input class="unseen" name="username" autocomplete="username" value={told.email} readOnly tabIndex={-1} aria-hidden="true" />
      <label>
        <span>{t("password")}</span>
        <input class="field" name="password" type={(shown ? "text" : "password") as "password"} autocomplete="new-password" maxLength={128} aria-describedby="password-hint" autofocus={!isNew} required />
      </label>
      <p id="password-hint" class="quiet">
        {t("password_hint")}
      </p>
      <label class="check">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} /> <span>{t("setup_show")}</span>
      </label>
      <Fault>{fault}</Fault>
      <button class="button primary wide" type="submit" disabled={busy}>
        {t(isNew ? "invite_submit" : "reset_submit")}
      </button>
    </form>
  );
}
