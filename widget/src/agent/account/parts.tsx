/** What the pages of accounts are made of: a secret to copy, a form of one field, the password asked for once more. */
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { Dialog } from "../views/dialog.tsx";
import { Fault } from "../views/signin.tsx";
import { refusal, type Say } from "./words.ts";

export function CopyButton({ t, text }: { t: Say; text: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard?.writeText(text).then(() => setCopied(true));
  return (
    <button type="button" class="button" onClick={copy}>
      <span role="status">{copied ? t("copied") : t("copy")}</span>
    </button>
  );
}

export function PasswordField({ label, name, complete, hint, error }: { label: string; name: string; complete: "current-password" | "new-password"; hint?: string; error?: boolean }): JSX.Element {
  return (
    <label class="stacked">
      <span>{label}</span>
      <input class="field" name={name} type="password" autocomplete={complete} maxLength={1000} aria-invalid={error ? "true" : undefined} aria-describedby={hint ? `${name}-hint` : undefined} required />
    </label>
  );
}

interface OneField {
  form: RefObject<HTMLFormElement | null>;
  fault: string | null;
  busy: boolean;
  submit: (event: SubmitEvent) => Promise<void>;
}

/** A form that sends one field; after a refusal it says why, and the field is ready to be written anew. */
export function useOneField(t: Say, name: string, send: (value: string) => Promise<void>): OneField {
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const input = form.current?.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (!input?.value.trim()) return input?.focus();
    setBusy(true);
    setFault(null);
    try {
      await send(input.value);
    } catch (error) {
      setFault(refusal(t, error));
      input.select();
      input.focus();
    } finally {
      setBusy(false);
    }
  };
  return { form, fault, busy, submit };
}

/** Ask for the password, do it, and close; a refusal stays in the dialog. */
export function AskPassword({ t, title, children, onClose, onPassword }: { t: Say; title: string; children?: ComponentChildren; onClose: () => void; onPassword: (password: string) => Promise<void> }): JSX.Element {
  const { form, fault, busy, submit } = useOneField(t, "password", onPassword);
  return (
    <Dialog title={title} closeLabel={t("close")} kind="ask" onClose={onClose}>
      <form ref={form} class="account-form" onSubmit={submit} noValidate>
        {children}
        <p class="quiet">{t("ask_lead")}</p>
        <PasswordField label={t("ask_password")} name="password" complete="current-password" />
        <Fault>{fault}</Fault>
        <button type="submit" class="button primary" disabled={busy}>
          {t("confirm")}
        </button>
      </form>
    </Dialog>
  );
}
