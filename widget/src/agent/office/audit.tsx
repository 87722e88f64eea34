/** The audit log, for admins: who did what, when, to which id; and whether somebody changed it since. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Translate } from "../../shared/translate.ts";
import { ACTIONS, actionOf, asked, byWhom, type Checked, conversationOf, detailsOf, type Entry, type Filter, NO_FILTER, type Told } from "../auditing.ts";
import { type AuditKey, loadAudit } from "../catalogs.ts";
import { request } from "../http.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { Skeleton } from "../views/list.tsx";

type Say = Translate<AuditKey>;

export function AuditLog(): JSX.Element {
  const { preferences } = useConsole();
  const [t, setT] = useState<Say | null>(null);
  useEffect(() => void loadAudit(preferences.language).then((loaded) => setT(() => loaded)), [preferences.language]);
  return t ? <Log t={t} /> : <Skeleton />;
}

interface Shown extends Told {
  phase: "loading" | "failed" | "ready";
}

function Log({ t }: { t: Say }): JSX.Element {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [shown, setShown] = useState<Shown>({ rows: [], next: null, people: [], phase: "loading" });
  const [broken, setBroken] = useState<number | null>(null);
  const turn = useRef(0);
  const load = (wanted: Filter, before: number | null, kept: readonly Entry[] = []): void => {
    const mine = ++turn.current; // an answer to what was asked before is nobody's any more
    setShown((was) => ({ ...was, rows: [...kept], phase: "loading" }));
    request<Told>("GET", `/api/audit?${asked(wanted, before)}`).then(
      (told) => mine === turn.current && setShown({ ...told, rows: [...kept, ...told.rows], phase: "ready" }),
      () => mine === turn.current && setShown((was) => ({ ...was, next: before, phase: "failed" })),
    );
  };
  const look = (wanted: Filter): void => {
    setFilter(wanted);
    load(wanted, null);
  };
  useEffect(() => load(NO_FILTER, null), []);
  const show = (number: number): void => {
    setFilter(NO_FILTER);
    load(NO_FILTER, number + 1);
  };
  return (
    <div class="setup audit">
      <p class="lead">{t("lead")}</p>
      <Check t={t} onBroken={setBroken} onShow={show} />
      <Filters t={t} filter={filter} people={shown.people} onChange={look} />
      <section aria-label={t("entries")} aria-busy={shown.phase === "loading"}>
        <Entries t={t} rows={shown.rows} broken={broken} />
        <Foot t={t} shown={shown} filtered={Object.values(filter).some(Boolean)} onMore={() => load(filter, shown.next, shown.rows)} onClear={() => look(NO_FILTER)} />
      </section>
    </div>
  );
}

/** Whether every entry fits the one before it. */
function Check({ t, onBroken, onShow }: { t: Say; onBroken: (number: number | null) => void; onShow: (number: number) => void }): JSX.Element {
  const [checked, setChecked] = useState<Checked | "checking" | "failed">("checking");
  const check = (): void => {
    setChecked("checking");
    request<Checked>("GET", "/api/audit/check").then(
      (found) => (setChecked(found), onBroken(found.broken)),
      () => setChecked("failed"),
    );
  };
  useEffect(check, []);
  if (checked === "checking")
    return (
      <p class="check-line" role="status">
        <span class="spinner" aria-hidden="true" /> {t("checking")}
      </p>
    );
  if (checked === "failed")
    return (
      <p class="check-line" role="alert">
        <Icon name="warn" size={18} /> <span>{t("check_failed")}</span>
        <button type="button" class="button small" onClick={check}>
          {t("again")}
        </button>
      </p>
    );
  const { broken } = checked;
  if (broken === null)
    return (
      <p class="check-line good" role="status">
        <Icon name="check" size={18} /> <span>{t("whole", { count: checked.rows })}</span>
      </p>
    );
  return (
    <p class="fault check-line" role="alert">
      <Icon name="warn" size={18} /> <span>{t("broken", { number: String(broken) })}</span>
      <button type="button" class="button small" onClick={() => onShow(broken)}>
        {t("broken_show", { number: String(broken) })}
      </button>
    </p>
  );
}

function Filters({ t, filter, people, onChange }: { t: Say; filter: Filter; people: Told["people"]; onChange: (filter: Filter) => void }): JSX.Element {
  const named = [...people].sort((a, b) => a.name.localeCompare(b.name));
  const set =
    (name: keyof Filter) =>
    (event: { currentTarget: HTMLSelectElement | HTMLInputElement }): void =>
      onChange({ ...filter, [name]: event.currentTarget.value });
  return (
    <form class="audit-filters" aria-label={t("filters")} onSubmit={(event) => event.preventDefault()}>
      <label class="stacked">
        <span>{t("person")}</span>
        <select class="field small" value={filter.person} onChange={set("person")}>
          <option value="">{t("everybody")}</option>
          {named.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="stacked">
        <span>{t("action")}</span>
        <select class="field small" value={filter.action} onChange={set("action")}>
          <option value="">{t("everything")}</option>
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {t(`action_${action}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="stacked">
        <span>{t("from")}</span>
        <input class="field small" type="date" max={filter.to || undefined} value={filter.from} onChange={set("from")} />
      </label>
      <label class="stacked">
        <span>{t("to")}</span>
        <input class="field small" type="date" min={filter.from || undefined} value={filter.to} onChange={set("to")} />
      </label>
      <a class="button" href={`/api/audit/export?${asked(filter)}`} download="">
        <Icon name="down" size={18} /> {t("download")}
      </a>
    </form>
  );
}

function Entries({ t, rows, broken }: { t: Say; rows: readonly Entry[]; broken: number | null }): JSX.Element | null {
  const { format } = useConsole();
  if (!rows.length) return null;
  return (
    <ol class="audit-entries">
      {rows.map((entry) => {
        const details = detailsOf(t, entry);
        const conversation = conversationOf(entry);
        return (
          <li key={entry.number} class={entry.number === broken ? "broken" : ""}>
            <p class="audit-when">
              <time dateTime={entry.at}>{format.moment(entry.at)}</time>
              <span class="quiet">{t("number", { number: String(entry.number) })}</span>
            </p>
            <p class="audit-what">
              <strong>{byWhom(t, entry)}</strong>
              <span>
                {actionOf(t, entry)}
                {details ? <span class="quiet">{` · ${details}`}</span> : null}
              </span>
              {entry.number === broken ? <span class="tag bad">{t("broken_tag")}</span> : null}
            </p>
            {entry.about ? (
              <p class="audit-about">
                {entry.about_name && entry.about !== entry.agent_id ? <span>{entry.about_name}</span> : null}
                {conversation ? <a href={`#/${conversation}`}>{t("open")}</a> : null}
                <code>
                  <span class="unseen">{t("about")} </span>
                  {entry.about}
                </code>
              </p>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}

/** What stands below the entries: that there are none, that more is coming, or that it did not come. */
function Foot({ t, shown, filtered, onMore, onClear }: { t: Say; shown: Shown; filtered: boolean; onMore: () => void; onClear: () => void }): JSX.Element {
  if (shown.phase === "failed")
    return (
      <div class="empty" role="alert">
        <Icon name="warn" size={28} />
        <p>{t("failed")}</p>
        <button type="button" class="button" onClick={onMore}>
          {t("again")}
        </button>
      </div>
    );
  if (shown.phase === "loading")
    return (
      <p class="empty" role="status">
        <span class="spinner" aria-hidden="true" /> {t("loading")}
      </p>
    );
  if (!shown.rows.length)
    return (
      <div class="empty" role="status">
        <Icon name="search" size={28} />
        <p>{t(filtered ? "none_found" : "none")}</p>
        {filtered ? (
          <button type="button" class="button" onClick={onClear}>
            {t("clear")}
          </button>
        ) : null}
      </div>
    );
  return shown.next === null ? (
    <p class="quiet audit-end">{t("end")}</p>
  ) : (
    <button type="button" class="button" onClick={onMore}>
      {t("older")}
    </button>
  );
}
