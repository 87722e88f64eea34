/** The chat's panel: header, history, what stands above the composer, composer. Renders state, asks the session. */
import type { JSX } from "preact";
import { Composer } from "./composer.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { History } from "./messages.tsx";
import type { View } from "./view.ts";

const NAMES: Record<string, string> = { en: "English", es: "Español", fr: "Français" };

export function App(view: View): JSX.Element {
  const { state, t, later } = view;
  const wantsLater = state.sheet || state.rating || state.status === "waiting" || state.handoff?.status === "expired";
  if (wantsLater && !later) view.needLater();
  // Who has seen messages before waits a moment for them, instead of being greeted again.
  const fresh = !state.messages.length && !state.outgoing.length && !state.seen;
  return (
    <div class={fresh ? "chat fresh" : "chat"} dir="ltr" lang={view.language}>
      <Header {...view} />
      <Connection {...view} />
      <div class="scroll" role="log" aria-live="off" aria-label={t("messages")} tabIndex={0}>
        {fresh ? <Welcome {...view} /> : <History {...view} />}
        {later && state.rating && <later.Rating {...view} />}
      </div>
      {later && <later.Latest {...view} />}
      {later && state.sheet && <later.Sheet {...view} />}
      <div class="foot">
        {state.notice && (
          <p class="notice" role="alert">
            <Icon name="alert" />
            {state.notice}
          </p>
        )}
        {state.said && (
          <p class="notice said" role="status">
            <Icon name="check" />
            {state.said}
          </p>
        )}
        <Person {...view} />
        <Composer {...view} />
      </div>
    </div>
  );
}

function Header(view: View): JSX.Element {
  const { state, session, host, t, language } = view;
  const languages = state.settings?.languages ?? [language];
  const person = state.status === "agent";
  const agent = state.agent ?? t("agent");
  const spoken = person && state.handoff?.agent?.languages;
  const line = !state.started
    ? t("status_connecting")
    : person
      ? t("status_agent", { name: agent })
      : state.status === "waiting"
        ? t(state.handoff?.away ? "away_title" : "status_waiting")
        : state.status === "bot"
          ? t("status_bot")
          : t("status_ended");
  return (
    <div class="head">
      <span class={person ? "mark agent" : "mark"} aria-hidden="true">
        {person ? agent.slice(0, 1) : <Icon name="sparkle" />}
      </span>
      <div class="title">
        <h2 id="title" tabIndex={-1}>
          {host.getAttribute("name") ?? t("title")}
        </h2>
        <p>
          <span class={`light ${state.connection}`} aria-hidden="true" />
          {line}
        </p>
        {spoken && <p>{spoken.map((each) => NAMES[each] ?? each).join(" · ")}</p>}
      </div>
      {languages.length > 1 && (
        <label class="icon-button language" title={t("language")}>
          <span aria-hidden="true">{language.toUpperCase()}</span>
          <select aria-label={t("language")} value={language} onChange={({ currentTarget }) => view.setLanguage(currentTarget.value)}>
            {languages.map((each) => (
              <option value={each} lang={each} selected={each === language}>
                {NAMES[each] ?? each}
              </option>
            ))}
          </select>
        </label>
      )}
      <IconButton
        name="more"
        label={t("menu")}
        aria-expanded={state.sheet === "menu"}
        onClick={() => session.set({ sheet: state.sheet ? null : "menu" })}
      />
      {host.getAttribute("surface") !== "page" && <IconButton name="close" label={t("close_chat")} onClick={view.close} />}
    </div>
  );
}

function Connection({ state, session, t }: View): JSX.Element {
  const lost = state.connection !== "online" && (state.started || state.connection === "offline");
  return (
    <div class="connection" role="status">
      {lost && (
        <p>
          {t("offline")}{" "}
          <button class="link" onClick={() => session.reconnect()}>
            {t("reconnect")}
          </button>
        </p>
      )}
    </div>
  );
}

function Welcome({ state, session, host, t, language }: View): JSX.Element {
  const { suggestions = [], privacy } = state.settings ?? {};
  return (
    <>
      <div class="hero">
        <p class="greeting">{host.getAttribute("greeting") ?? state.settings?.greeting ?? t("greeting")}</p>
        <p>{t("greeting_more")}</p>
        {privacy && (
          <p class="notice">
            {t(privacy.shop ? "notice_shop" : "notice", { count: privacy.days, shop: privacy.shop ?? "" })}{" "}
            {privacy.url && (
              <a href={privacy.url} target="_blank" rel="noopener noreferrer">
                {t("privacy")}
              </a>
            )}
          </p>
        )}
      </div>
      {suggestions.length > 0 && (
        <div class="suggestions">
          <h3>{t("suggestions")}</h3>
          <ul lang={language}>
            {suggestions.map(({ title }) => (
              <li>
                <button onClick={() => session.send(title)}>
                  {title}
                  <Icon name="down" />
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** When people are there again, by the shopper's own clock. */
const back = ({ t, format }: View, at: string): string => t("back", { day: format.coming(at), time: format.time(at) });

/** The way to a person: always there, whatever the bot does. */
function Person(view: View): JSX.Element | null {
  const { state, session, t, later } = view;
  const { handoff, status } = state;
  const people = state.settings?.people;
  if (status === "agent") return null;
  if (status === "waiting" || handoff?.status === "expired") return later && <later.Queue {...view} />;
  return (
    <div class="person">
      <button class="link" onClick={() => void session.attempt("handoff_request", {})}>
        <Icon name="person" />
        {t("person")}
      </button>
      {people?.open === false && people.back_at && <span>{back(view, people.back_at)}</span>}
    </div>
  );
}
