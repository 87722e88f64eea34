/** The right pane: everything that an agent wants to know before the first word, on one screen. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { regional } from "../preferences.ts";
import type { DecisionRecord, Row } from "../protocol.ts";
import type { Thread } from "../thread.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { PersonalData } from "./personal.tsx";
import { isMine } from "./rows.ts";
import { Suggestions } from "./suggestions.tsx";
import { Verified } from "./verified.tsx";
import { capital, languageName, named, percent, readable } from "./words.ts";

/** Older turns matter less, and the pane is one screen. */
const TURNS = 3;

export function Brief(): JSX.Element | null {
  const { state, t, panel, open } = useConsole();
  const row = state.selected ? state.rows[state.selected] : undefined;
  const thread = state.selected ? state.threads[state.selected] : undefined;
  const close = useRef<HTMLButtonElement>(null);
  const over = panel === "brief";
  useEffect(() => {
    if (over) close.current?.focus();
  }, [over]);
  if (!row || !thread) return null;
  return (
    <aside class={`brief ${over ? "over" : ""}`} aria-label={t("brief")}>
      <header>
        <h2>{t("brief")}</h2>
        <button type="button" ref={close} class="icon-button brief-close" onClick={() => open(null)} aria-label={t("close")}>
          <Icon name="close" />
        </button>
      </header>
      <div class="brief-body" tabIndex={0} role="group" aria-label={t("brief")}>
        <PhoneActions row={row} />
        <Blocked row={row} />
        <Verified thread={thread} />
        <Why row={row} thread={thread} />
        <Suggestions row={row} thread={thread} />
        <Understood thread={thread} />
        <Facts row={row} thread={thread} />
        <Previous thread={thread} />
        <Notes thread={thread} />
        <Block row={row} />
        <PersonalData row={row} />
      </div>
    </aside>
  );
}

/** What has no room in a phone's head. */
function PhoneActions({ row }: { row: Row }): JSX.Element | null {
  const { state, desk, t, open } = useConsole();
  if (!isMine(state, row)) return null;
  const off = state.connection !== "online" || state.busy !== null;
  return (
    <div class="phone-actions only-phone">
      <button type="button" class="button" disabled={off} onClick={() => open("transfer")}>
        <Icon name="transfer" size={18} /> {t("transfer")}
      </button>
      <button type="button" class="button" disabled={off} onClick={() => void desk.act.giveBack(row.id)}>
        <Icon name="giveBack" size={18} /> {t("return")}
      </button>
    </div>
  );
}

const Part = ({ title, children }: { title: string; children: ComponentChildren }): JSX.Element => (
  <section class="part">
    <h3>{title}</h3>
    {children}
  </section>
);

function Why({ row, thread }: { row: Row; thread: Thread }): JSX.Element | null {
  const { state, t, format } = useConsole();
  if (!row.handoff) return null;
  const order = thread.detail?.brief.order;
  const number = order?.number ?? row.handoff.order_number;
  const team = state.configuration?.teams.find((candidate) => candidate.id === row.handoff?.team_id)?.name;
  return (
    <section class="part why">
      <p class="reason">{named(t, "reason_long", row.handoff.reason)}</p>
      <p class="quiet">
        {t("requested_at", { time: format.time(row.handoff.requested_at) })}
        {team ? ` · ${team}` : ""}
      </p>
      {number ? (
        <p class="order">
          {t("fact_order")} <Copied text={number} />
          {order?.status ? <span class="tag">{named(t, "order", order.status)}</span> : null}
        </p>
      ) : null}
    </section>
  );
}

function Understood({ thread }: { thread: Thread }): JSX.Element | null {
  const { t } = useConsole();
  const decisions = (thread.detail?.brief.decisions ?? []).filter((decision) => decision.action !== "smalltalk");
  const latest = [...decisions].sort((a, b) => b.at.localeCompare(a.at)).slice(0, TURNS);
  if (!latest.length) return null;
  return (
    <Part title={t("understood")}>
      <ol class="turns">
        {latest.map((decision) => (
          <Turn key={decision.message_id} decision={decision} question={thread.messages.find((message) => message.id === decision.message_id)?.text} />
        ))}
      </ol>
    </Part>
  );
}

function Turn({ decision, question }: { decision: DecisionRecord; question: string | undefined }): JSX.Element {
  const { t } = useConsole();
  return (
    <li class="turn">
      {question ? (
        <p class="asked" lang={decision.language}>
          {question}
        </p>
      ) : null}
      <p class="quiet">{named(t, "action", decision.action)}</p>
      <ul class="candidates">
        {decision.candidates.filter(({ confidence }, index) => index === 0 || confidence >= 0.01).slice(0, 3).map((candidate) => (
          <li key={candidate.entry} class={candidate.entry === decision.entry && decision.action === "answer" ? "chosen" : ""}>
            <span class="title" lang={decision.language}>
              {candidate.title || readable(candidate.entry)}
            </span>
            <Meter share={candidate.confidence} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function Meter({ share }: { share: number }): JSX.Element {
  const { preferences } = useConsole();
  return (
    <span class="meter">
      <svg width="64" height="6" viewBox="0 0 64 6" aria-hidden="true">
        <rect class="meter-ground" width="64" height="6" rx="3" />
        <rect class="meter-fill" width={Math.max(3, 64 * share)} height="6" rx="3" />
      </svg>
      <span class="share">{percent(share, preferences.language)}</span>
    </span>
  );
}

function Facts({ row, thread }: { row: Row; thread: Thread }): JSX.Element {
  const { state, t, format, preferences } = useConsole();
  const ticket = state.tickets.find((candidate) => candidate.conversation_id === row.id);
  const page = thread.detail?.brief.page ?? row.page;
  const previous = thread.detail?.brief.previous_episodes ?? 0;
  return (
    <Part title={t("details")}>
      <dl class="facts">
        <Fact name={t("fact_language")}>{capital(languageName(row.locale || row.language, preferences.language), preferences.language)}</Fact>
        {page ? (
          <Fact name={t("fact_page")}>
            <Page address={page} />
          </Fact>
        ) : null}
        {row.handoff?.topic ? <Fact name={t("fact_topic")}>{readable(row.handoff.topic)}</Fact> : null}
        {row.time_zone ? <Fact name={t("fact_local_time")}>{localTime(row.time_zone, regional(preferences.language))}</Fact> : null}
        <Fact name={t("fact_surface")}>{named(t, "surface", row.surface)}</Fact>
        <Fact name={t("fact_started")}>{format.moment(row.created_at)}</Fact>
        <Fact name={t("fact_previous")}>{previous ? t("previous", { count: previous }) : t("previous_none")}</Fact>
        {ticket ? (
          <Fact name={t("fact_ticket")}>
            <a href={`#/tickets/${ticket.id}`}>{ticket.number}</a>
          </Fact>
        ) : null}
      </dl>
    </Part>
  );
}

/** How it went before with this shopper, the latest first. */
function Previous({ thread }: { thread: Thread }): JSX.Element | null {
  const { t, format } = useConsole();
  const previous = thread.detail?.brief.previous ?? [];
  if (!previous.length) return null;
  return (
    <Part title={t("previous_title")}>
      <ul class="previous">
        {previous.slice(0, 5).map((episode) => (
          <li key={episode.ended_at}>
            <time dateTime={episode.ended_at}>{format.day(episode.ended_at)}</time>
            <span>
              {named(t, "outcome", episode.outcome)}
              {episode.topic ? ` · ${readable(episode.topic)}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Blocked({ row }: { row: Row }): JSX.Element | null {
  const { state, desk, t } = useConsole();
  if (!row.blocked) return null;
  return (
    <section class="part blocked">
      <p>{t("blocked")}</p>
      <button type="button" class="link" disabled={state.busy !== null} onClick={() => void desk.act.block(row.id, false)}>
        {t("unblock")}
      </button>
    </section>
  );
}

/** The last resort stands last, and can be taken back. */
function Block({ row }: { row: Row }): JSX.Element | null {
  const { state, desk, t } = useConsole();
  if (row.blocked) return null;
  return (
    <section class="part">
      <button type="button" class="button danger" disabled={state.busy !== null || state.connection !== "online"} onClick={() => void desk.act.block(row.id, true)}>
        <Icon name="stop" size={17} /> {t("block")}
      </button>
      <p class="quiet">{t("block_hint")}</p>
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** The address comes from the shopper's browser: only http(s) becomes a link. */
function Page({ address }: { address: string }): JSX.Element {
  if (!/^https?:\/\//i.test(address)) return <span class="page">{address}</span>;
  const shown = address.replace(/^https?:\/\/[^/]+/i, "") || "/";
  return (
    <a class="page" href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      {shown}
    </a>
  );
}

function Copied({ text }: { text: string }): JSX.Element {
  const { t } = useConsole();
  return (
    <span class="copied">
      <code>{text}</code>
      <button type="button" class="icon-button small" aria-label={t("copy", { text })} title={t("copy", { text })} onClick={() => void navigator.clipboard?.writeText(text)}>
        <Icon name="copy" size={16} />
      </button>
    </span>
  );
}

function localTime(zone: string, locale: string): string {
  try {
    return `${new Intl.DateTimeFormat(locale, { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(new Date())} (${zone.split("/").at(-1)?.replaceAll("_", " ")})`;
  } catch {
    return zone;
  }
}

function Notes({ thread }: { thread: Thread }): JSX.Element {
  const { t, format, write } = useConsole();
  return (
    <Part title={t("notes")}>
      {thread.notes.length ? (
        <ul class="note-list">
          {thread.notes.map((note) => (
            <li key={note.id}>
              <p class="typed">{note.text}</p>
              <p class="quiet">
                {note.name}, {format.moment(note.at)}
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet">{t("notes_none")}</p>
      )}
      <button type="button" class="button" onClick={() => write("note")}>
        <Icon name="note" size={17} /> {t("add_note")}
      </button>
    </Part>
  );
}
