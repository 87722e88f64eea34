/** The set-up page: the first administrator, made with the one-time token in the address's fragment (a server never sees it in a log). */
import { render, type JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import controls from "../shared/controls.css";
import type { Language } from "../shared/protocol.ts";
import { adopt } from "../shared/sheets.ts";
import { tokens } from "../shared/tokens.ts";
import type { Translate } from "../shared/translate.ts";
import { loadStaff, type StaffKey } from "./catalogs.ts";
import { Invitation } from "./account/invite.tsx";
import { HttpFault, request } from "./http.ts";
import { applyTheme, keepPreference, readPreferences } from "./preferences.ts";
import staff from "./staff.css";
import { Fault, Frame } from "./views/signin.tsx";

/** The same as the server asks for. */
const SHORTEST_PASSWORD = 12;

interface Told {
  key: StaffKey;
  params?: Record<string, string | number>;
  field?: string;
}

function SetUp({ translate, chosen }: { translate: Translate<StaffKey>; chosen: Language }): JSX.Element {
  const [t, setT] = useState<Translate<StaffKey>>(() => translate);
  const [language, setLanguage] = useState(chosen);
  const token = location.hash.slice(1);
  const changeLanguage = (wanted: Language): void => {
    keepPreference("language", wanted);
    setLanguage(wanted);
    void loadStaff(wanted).then((loaded) => setT(() => loaded));
  };
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${t("setup_title")} · Parley`;
  }, [t]);
  return (
    <Frame t={t} language={language} onLanguage={changeLanguage} title={t("setup_title")}>
      {token ? <Form t={t} token={token} /> : <Fault>{t("setup_no_token")}</Fault>}
    </Frame>
  );
}

/** What is missing, or null. */
function faultIn({ name, email, password }: Record<"name" | "email" | "password", string>): Told | null {
  if (!name) return { key: "setup_incomplete", field: "name" };
  if (!email.includes("@")) return { key: "setup_incomplete", field: "email" };
  if (password.length < SHORTEST_PASSWORD) return { key: "setup_short", params: { length: password.length }, field: "password" };
  return null;
}

function Form({ t, token }: { t: Translate<StaffKey>; token: string }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<Told | null>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const value = (name: string): string => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";
  const say = (told: Told): void => {
    setFault(told);
    form.current?.querySelector<HTMLInputElement>(`[name=${told.field ?? "password"}]`)?.focus();
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = { name: value("name").trim(), email: value("email").trim(), password: value("password") };
    const wrong = faultIn(given);
    if (wrong) return say(wrong);
    setBusy(true);
    setFault(null);
    try {
      await request("POST", "/api/setup", { token, ...given });
      // A sign-in that fails here is no matter: the console asks for it.
      await request("POST", "/api/session", { email: given.email, password: given.password }).catch(() => undefined);
      location.replace("/agent");
    } catch (error) {
      say(told(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <p class="lead">{t("setup_lead")}</p>
      <label>
        <span>{t("setup_name")}</span>
        <input class="field" name="name" autocomplete="name" maxLength={120} autofocus required />
      </label>
      <label>
        <span>{t("email")}</span>
        <input class="field" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck={false} maxLength={254} required />
      </label>
      <label>
        <span>{t("password")}</span>
        <input class="field" name="password" type={(shown ? "text" : "password") as "password"} autocomplete="new-password" minLength={SHORTEST_PASSWORD} maxLength={128} aria-describedby="password-hint" required />
      </label>
      <p id="password-hint" class="quiet">
        {t("setup_password_hint")}
      </p>
      <label class="check">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} /> <span>{t("setup_show")}</span>
      </label>
      <Fault>{fault ? t(fault.key, fault.params) : null}</Fault>
      <button class="button primary wide" type="submit" disabled={busy}>
        {t("setup_submit")}
      </button>
    </form>
  );
}

/** A token that is used up is the likely reason for a refusal. */
function told(error: unknown): Told {
  const code = error instanceof HttpFault ? error.code : "internal";
  if (code === "unauthorized" || code === "forbidden" || code === "not_found" || code === "conflict") return { key: "setup_used", field: "name" };
  return { key: `error_${code}`, params: { message: (error as Error).message } };
}

/** Put the page up: for the first administrator, or for who has a link from one. */
export async function show(): Promise<void> {
  adopt(document, tokens, controls, staff);
  const kept = readPreferences();
  applyTheme(kept.theme);
  if (location.pathname === "/invite") {
    return render(<Invitation translate={await loadStaff(kept.language)} chosen={kept.language} />, document.getElementById("app") as HTMLElement);
  }
  render(<SetUp translate={await loadStaff(kept.language)} chosen={kept.language} />, document.getElementById("app") as HTMLElement);
}
