/** One page of figures, each with what it was counted over. */
import type { ComponentChildren, JSX } from "preact";
import type { Session } from "../../agent/protocol.ts";
import { Icon, Logo } from "../../agent/views/icons.tsx";
import { type Entrance, LanguageSwitch } from "../../agent/views/signin.tsx";
import type { Translate } from "../../shared/translate.ts";
import type { AnalystKey } from "../catalog.ts";
import type { Numbers } from "../numbers.ts";
import { type Choice, length } from "../period.ts";
import type { Loaded } from "./app.tsx";
import { Days } from "./days.tsx";
import { Glossary } from "./glossary.tsx";
import { Groups } from "./groups.tsx";
import { Outcomes } from "./outcomes.tsx";
import { PeriodPicker } from "./period_picker.tsx";
import { Durations, Rates } from "./rates.tsx";
import { Tiles } from "./tiles.tsx";

export interface Sheet {
  t: Translate<AnalystKey>;
  numbers: Numbers;
  loaded: Loaded;
  choice: Choice;
}

interface DashboardProps extends Omit<Entrance, "t">, Sheet {
  session: Session;
  busy: boolean;
  onChoice: (choice: Choice) => void;
  onSignOut: () => void;
}

export function Dashboard(props: DashboardProps): JSX.Element {
  const { t, numbers, loaded, choice, busy, onChoice } = props;
  const sheet: Sheet = { t, numbers, loaded, choice };
  return (
    <div class="dashboard">
      <Head {...props} />
      <main class={busy ? "busy" : ""} aria-busy={busy}>
        <div class="title">
          <div>
            <h1>{t("dashboard")}</h1>
            <p class="quiet">{t("period_line", { from: numbers.day(choice.from), to: numbers.day(choice.to), days: t("days", { count: length(choice.from, choice.to) }), zone: loaded.daily.period.time_zone })}</p>
          </div>
          <PeriodPicker t={t} choice={choice} onChoice={onChoice} />
        </div>
        {loaded.daily.episodes ? <Sections sheet={sheet} onChoice={onChoice} /> : <Nothing sheet={sheet} />}
        <Glossary t={t} />
        <p class="quiet foot">{t("kb_version", { version: loaded.daily.kb_version.slice(0, 12) })}</p>
      </main>
    </div>
  );
}

const Sections = ({ sheet, onChoice }: { sheet: Sheet; onChoice: (choice: Choice) => void }): JSX.Element => (
  <>
    <Tiles {...sheet} />
    <Outcomes {...sheet} />
    <Days {...sheet} />
    <Rates {...sheet} />
    <Durations {...sheet} />
    <Groups {...sheet} onChoice={onChoice} />
  </>
);

function Nothing({ sheet: { t, loaded } }: { sheet: Sheet }): JSX.Element {
  return (
    <section class="panel">
      <div class="empty">
        <Icon name="chart" size={32} />
        <p>
          <strong>{t("nothing")}</strong>
        </p>
        <p>{loaded.daily.open ? t("nothing_open", { count: loaded.daily.open }) : t("nothing_hint")}</p>
      </div>
    </section>
  );
}

function Head({ t, language, onLanguage, session, onSignOut }: DashboardProps): JSX.Element {
  return (
    <header class="top">
      <p class="brand">
        <Logo /> <span>Parley</span>
      </p>
      <nav aria-label={t("pages")}>
        {session.agent.role === "analyst" ? null : (
          <a class="top-link" href="/agent">
            <Icon name="inbox" size={18} /> {t("console")}
          </a>
        )}
      </nav>
      <LanguageSwitch t={t} language={language} onLanguage={onLanguage} />
      <button type="button" class="icon-button" onClick={onSignOut} aria-label={t("sign_out_name", { name: session.agent.name })} title={t("sign_out_name", { name: session.agent.name })}>
        <Icon name="out" />
      </button>
    </header>
  );
}

export const Panel = ({ title, finding, children, aside }: { title: string; finding?: string | undefined; children: ComponentChildren; aside?: ComponentChildren }): JSX.Element => (
  <section class="panel">
    <header>
      <div>
        <h2>{title}</h2>
        {finding ? <p class="finding">{finding}</p> : null}
      </div>
      {aside}
    </header>
    {children}
  </section>
);

/** A name by its key; what a newer server counts is shown by its own name. */
export function named(t: Translate<AnalystKey>, prefix: string, value: string): string {
  const key = `${prefix}_${value}` as AnalystKey;
  const text = t(key);
  return text === key ? value.replaceAll("_", " ") : text;
}
