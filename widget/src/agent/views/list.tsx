/** The conversations of one list: language, last line, what is new, how long somebody has waited. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { shortName, unread } from "../lists.ts";
import type { Row } from "../protocol.ts";
import { clock, useNow } from "../ticker.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { PresenceSwitch } from "./rail.tsx";
import { Tickets } from "./tickets.tsx";
import { isMine, shownRows } from "./rows.ts";
import { Marked, SearchField, SearchFoot } from "./search.tsx";
import { languageName, named, statusLine } from "./words.ts";

export function List(): JSX.Element {
  const { state, t, open } = useConsole();
  const view = state.list;
  const rows = shownRows(state);
  const title = state.search ? t("search_title") : t(`list_${state.list}`);
  return (
    <section class="list" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="icon-button only-phone" onClick={() => open("settings")} aria-label={t("settings")}>
          <Icon name="sliders" />
        </button>
        <span class="only-phone">
          <PresenceSwitch />
        </span>
      </header>
      <SearchField />
      <Away />
      {!state.search && rows.length && state.lists[view] === "failed" ? <Partial /> : null}
      {view === "tickets" && !state.search && state.tickets.length ? (
        <Tickets />
      ) : rows.length ? (
        <ul class="rows">
          {rows.map((row) => (
            <li key={row.id}>
              <RowButton row={row} />
            </li>
          ))}
          <SearchFoot />
        </ul>
      ) : state.search ? (
        <SearchFoot />
      ) : (
        <Empty />
      )}
    </section>
  );
}

/** Somebody waits, and we said that we are not there: the most expensive thing to overlook. */
function Away(): JSX.Element | null {
  const { state, desk, t } = useConsole();
  if (state.session?.agent.presence !== "away") return null;
  return (
    <p class="away">
      <span>{t("away_hint")}</span>
      <button type="button" class="link" onClick={() => desk.setPresence("online")}>
        {t("go_online")}
      </button>
    </p>
  );
}

/** Some of the list is known (the queue came by itself), the rest could not be read. */
function Partial(): JSX.Element {
  const { state, desk, t } = useConsole();
  return (
    <p class="away" role="alert">
      <span>{t("list_failed")}</span>
      <button type="button" class="link" onClick={() => desk.pickList(state.list)}>
        {t("try_again")}
      </button>
    </p>
  );
}

function Empty(): JSX.Element {
  const { state, desk, t } = useConsole();
  const phase = state.lists[state.list];
  if (phase === "loading") return <Skeleton />;
  if (phase === "failed") {
    return (
      <div class="empty" role="alert">
        <Icon name="warn" size={28} />
        <p>{t("list_failed")}</p>
        <button type="button" class="button" onClick={() => desk.pickList(state.list)}>
          {t("try_again")}
        </button>
      </div>
    );
  }
  return (
    <div class="empty">
      <Icon name={state.list === "bot" ? "bot" : state.list === "waiting" ? "check" : state.list === "tickets" ? "mail" : "inbox"} size={28} />
      <p>
        <strong>{t(`empty_${state.list}`)}</strong>
      </p>
      <p>{t(`empty_${state.list}_hint`)}</p>
    </div>
  );
}

export function Skeleton(): JSX.Element {
  const { t } = useConsole();
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{t("loading")}</span>
      {[1, 2, 3, 4].map((line) => (
        <span class="bone" key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

/** The language is what an agent needs to know first, so it stands where others put a picture. */
export const Tongue = ({ language }: { language: string }): JSX.Element => (
  <span class="avatar tongue" aria-hidden="true">
    {language.slice(0, 2).toUpperCase()}
  </span>
);

function RowButton({ row }: { row: Row }): JSX.Element {
  const { state, t, format, preferences, go } = useConsole();
  const here = row.id === state.selected;
  const news = unread(row, state.seen);
  const asked = row.status === "waiting" && row.asked ? ({ author: "shopper", text: row.asked } as const) : null;
  const last = state.search?.lines[row.id] ?? asked ?? row.last;
  const mine = isMine(state, row);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (here) button.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <button type="button" ref={button} class={`row ${news && mine ? "news" : ""}`} aria-current={here ? "true" : undefined} onClick={() => go(row.id)}>
      <Tongue language={row.language} />
      <span class="row-main">
        <span class="row-top">
          <span class="row-name">{t("shopper_name", { name: shortName(row.id) })}</span>
          <span class="unseen">, {languageName(row.language, preferences.language)}</span>
          {row.status === "waiting" ? <Waited row={row} /> : <time dateTime={row.updated_at}>{ago(format, row.updated_at)}</time>}
        </span>
        <span class="row-last">
          {last ? (
            <>
              {last.author === "shopper" || last.author === "system" ? null : <span class="row-author">{last.author === "agent" && mine ? t("you") : t(`author_${last.author}`)}: </span>}
              <span lang={row.language}>{state.search ? <Marked text={last.text} words={state.search.words} /> : last.text}</span>
            </>
          ) : (
            t("no_message_yet")
          )}
        </span>
        <RowFoot row={row} />
      </span>
      {news && mine ? (
        <span class="badge">
          {news} <span class="unseen">{t("unread")}</span>
        </span>
      ) : null}
    </button>
  );
}

function RowFoot({ row }: { row: Row }): JSX.Element | null {
  const { state, t } = useConsole();
  if (row.status === "waiting" && row.handoff) {
    const asked = state.queue.find((item) => item.conversation.id === row.id)?.offered_to;
    const name = asked === state.session?.agent.id ? t("you_inside") : state.agents.find((agent) => agent.id === asked)?.name;
    return (
      <span class="tags">
        <span class="tag warn">{named(t, "reason", row.handoff.reason)}</span>
        {name ? <span class="tag">{t("offered_to", { name })}</span> : null}
      </span>
    );
  }
  if (state.list !== "all" && !state.search) return null;
  const me = state.session?.agent.id ?? "";
  return <span class={`tag ${row.status}`}>{statusLine(t, row, me)}</span>;
}

/** Time for today, the day before that. */
const ago = (format: { time(at: string): string; day(at: string): string }, at: string): string =>
  new Date(at).toDateString() === new Date().toDateString() ? format.time(at) : format.day(at);

export function Waited({ row }: { row: Row }): JSX.Element {
  const { state, t } = useConsole();
  const now = useNow() + state.clockOffset;
  const since = row.handoff?.requested_at ?? row.updated_at;
  const seconds = (now - Date.parse(since)) / 1000;
  return (
    <time class={`waited ${seconds > 300 ? "long" : ""}`} dateTime={since}>
      <span class="unseen">{t("waiting_for")} </span>
      {clock(seconds)}
    </time>
  );
}
