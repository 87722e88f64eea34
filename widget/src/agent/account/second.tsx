/** The second step of signing in: the code, or the setting up of it where the shop asks for one. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adopt } from "../../shared/sheets.ts";
import { request } from "../http.ts";
import type { Session } from "../protocol.ts";
import { type Entrance, Fault, Frame } from "../views/signin.tsx";
import sheet from "./account.css";
import { useOneField } from "./parts.tsx";
import { CodeField, propose, type Proposal, TotpSetUp } from "./totp.tsx";
import { refusal, type Say, useAccountWords } from "./words.ts";

adopt(document, sheet);

interface StepProps extends Entrance {
  needs: "code" | "totp";
  onSession: (session: Session) => void;
}

export function SecondStep({ needs, onSession, ...entrance }: StepProps): JSX.Element {
  const t = useAccountWords(entrance.language);
  const finish = (): void => void request<Session>("GET", "/api/session").then(onSession, () => location.reload());
  if (!t) {
    return (
      <main class="entrance">
        <span class="spinner large" role="status" aria-label={entrance.t("loading")} />
      </main>
    );
  }
  return (
    <Frame {...entrance} title={t(needs === "code" ? "code_title" : "totp_title")}>
      {needs === "code" ? <EnterCode t={t} onDone={finish} /> : <Required t={t} onDone={finish} />}
    </Frame>
  );
}

function EnterCode({ t, onDone }: { t: Say; onDone: () => void }): JSX.Element {
  const { form, fault, busy, submit } = useOneField(t, "code", async (code) => {
    await request("POST", "/api/session/code", { code });
    onDone();
  });
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <p class="lead">{t("code_lead")}</p>
      <CodeField label={t("code_label")} hint={t("code_hint")} />
      <Fault>{fault}</Fault>
      <button class="button primary wide" type="submit" disabled={busy}>
        {t("code_submit")}
      </button>
    </form>
  );
}

function Required({ t, onDone }: { t: Say; onDone: () => void }): JSX.Element {
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => void propose().then(setProposal, (error: unknown) => setFault(refusal(t, error))), []);
  return (
    <>
      <p class="lead">{t("totp_required")}</p>
      <Fault>{fault}</Fault>
      {proposal ? <TotpSetUp t={t} proposal={proposal} onDone={onDone} /> : null}
    </>
  );
}
