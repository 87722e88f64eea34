/** The frame of the page: where one is, which period and filters hold, and the part that was chosen. */
import type { JSX } from "preact";
import type { Preferences, Theme } from "../../agent/preferences.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../../agent/preferences.ts";
import { Icon, Logo } from "../../agent/views/icons.tsx";
import { PAGES } from "../address.ts";
import { previous } from "../period.ts";
import { hrefOf, useBoard } from "./board.ts";
import { FilterBar } from "./filters.tsx";
import { Later } from "./later.tsx";
import { Opens } from "./links.tsx";
import { Overview } from "./overview.tsx";
import { PeriodPicker } from "./period_picker.tsx";
import { Popover } from "./popover.tsx";

const PARTS = { painpoints: "PainPoints", drafts: "Drafts", entries: "Entries" } as const;

interface DashboardProps {
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onLanguage: (language: Preferences["language"]) => void;
  onSignOut: () => void;
}

export function Dashboard(props: DashboardProps): JSX.Element {
  const { t, numbers, address } = useBoard();
  const { page } = address;
  const before = previous(address);
  return (
    <div class="dashboard">
      <Head {...props} />
      <main>
        <div class="title">
          <div>
            <h1>{t(page === "overview" ? "dashboard" : `page_${page}`)}</h1>
            {page === "drafts" ? null : (
            <p class="quiet period-line">
              {t("period_line", { from: numbers.day(address.from), to: numbers.day(address.to), zone: address.zone })}
              {page === "overview" || page === "painpoints" ? <> · {t("compared_with", { from: numbers.shortDay(before.from), to: numbers.shortDay(before.to) })}</> : null}
            </p>
            )}
          </div>
          {page === "drafts" ? null : <PeriodPicker />}
        </div>
        {page === "overview" ? (
          <>
            <FilterBar />
            <Overview />
          </>
        ) : (
          <Later part={PARTS[page]} />
        )}
      </main>
      {address.list || address.conversation ? <Later part="Drill" /> : null}
    </div>
  );
}

function Head({ theme, onTheme, onLanguage, onSignOut }: DashboardProps): JSX.Element {
  const { t, language, session, address } = useBoard();
  return (
    <header class="top">
      <p class="brand">
        <Logo /> <span>Parley</span>
      </p>
      <nav aria-label={t("pages")}>
        {PAGES.map((page) => (
          <Opens key={page} kind="tab" current={page === address.page} href={hrefOf(address, { page, list: null, conversation: null, item: null })}>
            {t(`page_${page}`)}
          </Opens>
        ))}
        {session.agent.role === "analyst" ? null : (
          <a class="tab" href="/agent">
            {t("console")} <Icon name="out" size={14} />
          </a>
        )}
      </nav>
      <Popover label={t("account_of", { name: session.agent.name })} icon="person" kind="account-menu">
        {(close) => (
          <>
            <p class="who">
              <strong>{session.agent.name}</strong>
              <span class="quiet">{session.agent.email}</span>
            </p>
            <fieldset>
              <legend>{t("interface_language")}</legend>
              {LANGUAGES.map((choice) => (
                <button type="button" key={choice} lang={choice} aria-pressed={choice === language} onClick={() => onLanguage(choice)}>
                  {LANGUAGE_NAMES[choice]}
                </button>
              ))}
            </fieldset>
            <fieldset>
              <legend>{t("theme")}</legend>
              {(["system", "light", "dark"] as const).map((choice) => (
                <button type="button" key={choice} aria-pressed={choice === theme} onClick={() => onTheme(choice)}>
                  {t(`theme_${choice}`)}
                </button>
              ))}
            </fieldset>
            <button type="button" onClick={() => (close(), window.setTimeout(() => window.print(), 50))}>
              {t("print")}
            </button>
            <button type="button" onClick={onSignOut}>
              {t("sign_out")}
            </button>
          </>
        )}
      </Popover>
    </header>
  );
}
