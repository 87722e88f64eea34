/** The right pane: everything that an agent wants to know before the first word, on one screen. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { regional } from "../preferences.ts";
import type { DecisionRecord, Row } from "../protocol.ts";
import type { Thread } from "../thread.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
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
        <Why row={row} />
        <Suggestions row={row} thread={thread} />
        <Understood thread={thread} />
        <Facts row={row} thread={thread} />
        <Notes thread={thread} />
      </div>
    </aside>
  );
}

/** What has no room in a phone's head. */
function PhoneActions({ row }: { row: Row }): JSX.Element | null {
  const { state, desk, t, open } = useConsole();
  if (row.status !== "agent" || row.agent_id !== state.session?.agent.id) return null;
  const off = state.connection !== "online" || state.busy !== null;
  return (
    <div class="phone-actions only-phone">
      <button type="button" class="button" disabled={off} onClick={() => open("transfer")}>
        <Icon name="transfer" size={18} /> {t("transfer")}
      </button>
      <button type="button" class="button" disabled={off} onClick={() => void desk.giveBack(row.id)}>
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

function Why({ row }: { row: Row }): JSX.Element | null {
  const { t, format } = useConsole();
  if (!row.handoff) return null;
  return (
    <section class="part why">
      <p class="reason">{named(t, "reason_long", row.handoff.reason)}</p>
      <p class="quiet">{t("requested_at", { time: format.time(row.handoff.requested_at) })}</p>
      {row.handoff.order_number ? (
        <p class="order">
          {t("fact_order")} <Copied text={row.handoff.order_number} />
        </p>
      ) : null}
    </section>
  );
}

function Suggestions({ row, thread }: { row: Row; thread: Thread }): JSX.Element | null {
  const { state, t, insert, preferences } = useConsole();
  if (!thread.suggestions.length || row.status === "resolved" || row.status === "closed") return null;
  const mine = row.status === "agent" && row.agent_id === state.session?.agent.id;
  return (
    <Part title={t("suggestions")}>
      <ol class="suggestions">
        {thread.suggestions.slice(0, 3).map((suggestion, index) => (
          <li key={suggestion.entry}>
            <button type="button" class="suggestion" disabled={!mine} onClick={() => insert(suggestion.text)} aria-keyshortcuts={String(index + 1)} lang={suggestion.language}>
              <span class="suggestion-top">
                <span class="title">{suggestion.title}</span>
                <span class="share">{percent(suggestion.confidence, preferences.language)}</span>
              </span>
              <span class="excerpt">{suggestion.text}</span>
            </button>
          </li>
        ))}
      </ol>
      <p class="quiet">{mine ? t("suggestions_hint") : t("suggestions_later")}</p>
    </Part>
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
  const { t, format, preferences } = useConsole();
  const previous = thread.detail?.brief.previous_episodes ?? 0;
  return (
    <Part title={t("details")}>
      <dl class="facts">
        <Fact name={t("fact_language")}>{capital(languageName(row.locale || row.language, preferences.language), preferences.language)}</Fact>
        {row.page ? (
          <Fact name={t("fact_page")}>
            <Page address={row.page} />
          </Fact>
        ) : null}
        {row.handoff?.topic ? <Fact name={t("fact_topic")}>{readable(row.handoff.topic)}</Fact> : null}
        {row.time_zone ? <Fact name={t("fact_local_time")}>{localTime(row.time_zone, regional(preferences.language))}</Fact> : null}
        <Fact name={t("fact_surface")}>{named(t, "surface", row.surface)}</Fact>
        <Fact name={t("fact_started")}>{format.moment(row.created_at)}</Fact>
        <Fact name={t("fact_previous")}>{previous ? t("previous", { count: previous }) : t("previous_none")}</Fact>
      </dl>
    </Part>
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
