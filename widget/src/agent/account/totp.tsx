/** Switching the second factor on: the picture, the first code, the codes for the day when the phone is lost. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { request } from "../http.ts";
import { Fault } from "../views/signin.tsx";
import { CopyButton, useOneField } from "./parts.tsx";
import { type Say } from "./words.ts";

export interface Proposal {
  key: string;
  link: string;
  /** A data: address of an SVG; nobody else is asked to draw it. */
  picture: string;
}

export const propose = (password?: string): Promise<Proposal> => request<Proposal>("POST", "/api/account/totp", password === undefined ? {} : { password });

/** Four characters at a time: a key is typed by hand. */
const inGroups = (key: string): string => key.match(/.{1,4}/g)?.join(" ") ?? key;

export function CodeField({ label, hint }: { label: string; hint?: string }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <>
      <label class="stacked">
        <span>{label}</span>
        <input ref={input} class="field code" name="code" autocomplete="one-time-code" inputMode={hint ? "text" : "numeric"} autocapitalize="none" spellcheck={false} maxLength={40} aria-describedby={hint ? "code-hint" : undefined} required />
      </label>
      {hint ? (
        <p id="code-hint" class="quiet">
          {hint}
        </p>
      ) : null}
    </>
  );
}

export function TotpSetUp({ t, proposal, onDone }: { t: Say; proposal: Proposal; onDone: () => void }): JSX.Element {
  const [codes, setCodes] = useState<string[] | null>(null);
  const { form, fault, busy, submit } = useOneField(t, "code", async (code) => {
    setCodes((await request<{ recovery_codes: string[] }>("PUT", "/api/account/totp", { code })).recovery_codes);
  });
  if (codes) return <RecoveryCodes t={t} codes={codes} onDone={onDone} />;
  return (
    <form ref={form} class="account-form totp" onSubmit={submit} noValidate>
      <p>{t("totp_scan")}</p>
      <img class="qr" src={proposal.picture} alt={t("totp_picture")} width={200} height={200} />
      <p class="quiet">
        {t("totp_key")} <code class="totp-key">{inGroups(proposal.key)}</code>
      </p>
      <CodeField label={t("totp_code")} />
      <Fault>{fault}</Fault>
      <button type="submit" class="button primary wide" disabled={busy}>
        {t("totp_submit")}
      </button>
    </form>
  );
}

export function RecoveryCodes({ t, codes, onDone }: { t: Say; codes: readonly string[]; onDone: () => void }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="account-form">
      <h2 ref={heading} tabIndex={-1}>
        {t("codes_title")}
      </h2>
      <p class="quiet">{t("codes_lead")}</p>
      <ul class="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p class="row-acts">
        <CopyButton t={t} text={codes.join("\n")} />
        <button type="button" class="button primary" onClick={onDone}>
          {t("codes_done")}
        </button>
      </p>
    </section>
  );
}
