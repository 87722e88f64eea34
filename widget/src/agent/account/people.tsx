/** Everybody's accounts, for admins: invite, role, on and off, sessions, a lost phone. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatter } from "../../shared/format.ts";
import type { Language } from "../../shared/protocol.ts";
import { adopt } from "../../shared/sheets.ts";
import { request } from "../http.ts";
import { regional } from "../preferences.ts";
import type { Agent, Role } from "../protocol.ts";
import { Icon } from "../views/icons.tsx";
import { Fault } from "../views/signin.tsx";
import sheet from "./account.css";
import { AskPassword, CopyButton } from "./parts.tsx";
import { refusal, type Say, useAccountWords } from "./words.ts";

adopt(document, sheet);

const initials = (name: string): string =>
  name
    .split(/\s+/, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");

const ROLES: readonly Role[] = ["agent", "supervisor", "analyst", "admin"];

const PERSONAL_DATA = "personal_data:read";

interface Person extends Agent {
  totp: boolean;
  /** Whether the company's sign-in service has a name of its own for them. */
  linked: boolean;
  sessions: number;
  last_seen_at: string | null;
}

interface Invite {
  id: string;
  email: string;
  role: Role;
  expires_at: string;
}

interface People {
  people: Person[];
  invites: Invite[];
}

/** What waits for the admin's password. */
interface Wanted {
  title: string;
  lead?: string | undefined;
  run: (password: string) => Promise<void>;
}

export function Accounts({ me, language }: { me: string; language: Language }): JSX.Element {
  const format = formatter(regional(language));
  const t = useAccountWords(language);
  const [told, setTold] = useState<People | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const load = (): Promise<void> =>
    request<People>("GET", "/api/people").then(setTold, (error: unknown) => {
      if (t) setFault(refusal(t, error));
    });
  useEffect(() => void load(), []);
  if (!t || !told) return fault ? <Fault>{fault}</Fault> : <div class="skeleton" />;
  const act = (method: "PUT" | "DELETE", path: string, body?: object): void => {
    setFault(null);
    void request(method, path, body).then(load, (error: unknown) => setFault(refusal(t, error)));
  };
  const ask: RowProps["onAsk"] = (title, run, lead) =>
    setWanted({
      title,
      lead,
      run: async (password) => {
        await run(password);
        setWanted(null);
        await load();
      },
    });
  return (
    <div class="setup accounts">
      <p class="lead">{t("people_lead")}</p>
      <InviteForm t={t} onAsk={ask} />
      {told.invites.length ? (
        <section class="card-block">
          <h2>{t("invites_open")}</h2>
          <ul class="session-list">
            {told.invites.map((one) => (
              <li key={one.id}>
                <p>
                  <strong>{one.email}</strong>
                  <span class="quiet">{`${t(`role_${one.role}`)}, ${t("invite_until", { time: format.moment(one.expires_at) })}`}</span>
                </p>
                <button type="button" class="button" aria-label={t("take_back_of", { email: one.email })} onClick={() => act("DELETE", `/api/people/invites/${one.id}`)}>
                  {t("take_back")}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <Fault>{fault}</Fault>
      <ul class="people-list">
        {told.people.map((person) => (
          <PersonRow key={person.id} t={t} person={person} me={person.id === me} seen={person.last_seen_at ? format.moment(person.last_seen_at) : null} onAct={act} onAsk={ask} />
        ))}
      </ul>
      {wanted ? <AskPassword t={t} title={wanted.title} onClose={() => setWanted(null)} onPassword={wanted.run}>{wanted.lead ? <p>{wanted.lead}</p> : null}</AskPassword> : null}
    </div>
  );
}

interface RowProps {
  t: Say;
  person: Person;
  me: boolean;
  seen: string | null;
  onAct: (method: "PUT" | "DELETE", path: string, body?: object) => void;
  onAsk: (title: string, run: (password: string) => Promise<unknown>, lead?: string) => void;
}

function PersonRow({ t, person, me, seen, onAct, onAsk }: RowProps): JSX.Element {
  const path = `/api/people/${person.id}`;
  const personal = person.rights?.includes(PERSONAL_DATA) ?? false;
  const readPersonal = (): void =>
    onAsk(
      t(personal ? "personal_take" : "personal_give"),
      (password) => request("PUT", `${path}/rights`, { rights: personal ? [] : [PERSONAL_DATA], password }),
      personal ? undefined : t("personal_lead", { name: person.name }),
    );
  const change = (event: { currentTarget: HTMLSelectElement }): void => {
    const select = event.currentTarget;
    const role = select.value as Role;
    select.value = person.role; // until it is so
    onAsk(`${person.name}: ${t(`role_${role}`)}`, (password) => request("PUT", `${path}/role`, { role, password }));
  };
  return (
    <li class={`card-block ${person.disabled ? "off" : ""}`}>
      <div class="person-top">
        <span class="avatar" aria-hidden="true">
          {initials(person.name)}
        </span>
        <p>
          <strong>
            {person.name}
            {me ? <span class="quiet"> ({t("you")})</span> : null}
          </strong>
          <span class="quiet">{person.email}</span>
        </p>
        {me ? (
          <span class="tag">{t(`role_${person.role}`)}</span>
        ) : (
          <select class="field small" aria-label={t("role_of", { name: person.name })} value={person.role} onChange={change}>
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`role_${role}`)}
              </option>
            ))}
          </select>
        )}
      </div>
      <div class="person-foot">
        <p class="quiet">
          {person.disabled ? <span class="tag bad">{t("tag_off")}</span> : null}
          {person.totp ? <span class="tag good">{t("tag_second")}</span> : null}
          {personal ? <span class="tag">{t("tag_personal")}</span> : null}
          <span>{person.sessions ? t("signed_in_at", { count: person.sessions }) : t("signed_in_nowhere")}</span>
          {seen ? <span>{t("session_seen", { time: seen })}</span> : null}
        </p>
        {me ? (
          <a class="button" href="#/account">
            {t("account_title")}
          </a>
        ) : (
          <p class="row-acts">
            {person.sessions ? (
              <button type="button" class="button" onClick={() => onAct("DELETE", `${path}/sessions`)}>
                {t("sign_out_all")}
              </button>
            ) : null}
            {person.role === "admin" ? null : (
              <button type="button" class="button" aria-label={`${t(personal ? "personal_take" : "personal_give")}: ${person.name}`} onClick={readPersonal}>
                {t(personal ? "personal_take" : "personal_give")}
              </button>
            )}
            {person.linked ? (
              <button type="button" class="button" onClick={() => onAsk(t("unlink"), (password) => request("DELETE", `${path}/sign-in-link`, { password }), t("unlink_lead", { name: person.name }))}>
                {t("unlink")}
              </button>
            ) : null}
            {person.totp ? (
              <button type="button" class="button" onClick={() => onAsk(t("totp_reset"), (password) => request("DELETE", `${path}/totp`, { password }))}>
                {t("totp_reset")}
              </button>
            ) : null}
            <button type="button" class={`button ${person.disabled ? "" : "danger"}`} onClick={() => onAct("PUT", `${path}/disabled`, { disabled: !person.disabled })}>
              {t(person.disabled ? "switch_on" : "switch_off")}
            </button>
          </p>
        )}
      </div>
    </li>
  );
}

interface Invited {
  invite: Invite;
  link: string | null;
}

function InviteForm({ t, onAsk }: { t: Say; onAsk: RowProps["onAsk"] }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const [invited, setInvited] = useState<Invited | null>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const address = form.current?.querySelector<HTMLInputElement>("[name=address]");
    const role = form.current?.querySelector<HTMLSelectElement>("[name=role]")?.value;
    const email = address?.value.trim() ?? "";
    if (!email.includes("@")) return address?.focus();
    setInvited(null);
    onAsk(t("invite_person"), async (password) => {
      setInvited(await request<Invited>("POST", "/api/people/invites", { email, role, password }));
      form.current?.reset();
    });
  };
  return (
    <section class="card-block">
      <h2>{t("invite_person")}</h2>
      <form ref={form} class="invite-form" onSubmit={submit} noValidate>
        <label class="stacked">
          <span>{t("invite_address")}</span>
          <input class="field" name="address" type="email" autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={254} required />
        </label>
        <label class="stacked">
          <span>{t("invite_role")}</span>
          <select class="field" name="role">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`role_${role}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button primary">
          <Icon name="mail" size={18} /> {t("invite_send")}
        </button>
      </form>
      <div role="status">
        {invited && !invited.link ? <p class="done">{t("invited_mailed", { email: invited.invite.email })}</p> : null}
        {invited?.link ? (
          <div class="once">
            <p>{t("invited_link", { email: invited.invite.email })}</p>
            <code>{invited.link}</code>
            <CopyButton t={t} text={invited.link} />
          </div>
        ) : null}
      </div>
    </section>
  );
}
