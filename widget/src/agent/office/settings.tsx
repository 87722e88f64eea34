/** The shop's settings, one section at a time: a form, what is wrong with it at each field, and a bar that saves. */
import type { ComponentChildren, JSX } from "preact";
import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Section } from "../configuration.ts";
import { ADMIN_SECTIONS, type AdminSection, SECTIONS } from "../route.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { Skeleton } from "../views/list.tsx";
import { named } from "../views/words.ts";
import { Accounts } from "../account/people.tsx";
import { AuditLog } from "./audit.tsx";
import { CannedSettings } from "./canned.tsx";
import { BackLink, useWords } from "./context.tsx";
import { HoursSettings } from "./hours.tsx";
import { PeopleSettings } from "./people.tsx";
import type { Draft, Fault } from "./saving.ts";
import { ReportSettings } from "./reports.tsx";
import { TeamSettings } from "./teams.tsx";

const PAGES = { teams: TeamSettings, people: PeopleSettings, hours: HoursSettings, canned_replies: CannedSettings, reports: ReportSettings } satisfies Record<Section, () => JSX.Element>;

export function ShopSettings({ section }: { section: Section | AdminSection }): JSX.Element {
  const { state, desk, t, preferences } = useConsole();
  const o = useWords();
  const Page = section === "accounts" || section === "audit" ? null : PAGES[section];
  const admin = state.session?.agent.role === "admin";
  return (
    <div class="page">
      <header>
        <BackLink />
        <h1>{o("settings_title")}</h1>
        <nav class="sections" aria-label={o("settings_title")}>
          {[...SECTIONS, ...(admin ? ADMIN_SECTIONS : [])].map((name) => (
            <a key={name} href={`#/settings/${name}`} aria-current={name === section ? "page" : undefined}>
              {o(`section_${name}`)}
            </a>
          ))}
        </nav>
      </header>
      {!Page ? (
        !admin ? (
          <p class="empty">{t("error_forbidden")}</p>
        ) : section === "audit" ? (
          <AuditLog />
        ) : (
          <Accounts me={state.session?.agent.id ?? ""} language={preferences.language} />
        )
      ) : state.configuration ? (
        <Page key={section} />
      ) : state.live ? (
        <div class="empty" role="alert">
          <Icon name="warn" size={28} />
          <p>{o("settings_failed")}</p>
          <button type="button" class="button" onClick={() => void desk.configure()}>
            {o("again")}
          </button>
        </div>
      ) : (
        <Skeleton />
      )}
    </div>
  );
}

const FaultsContext = createContext<readonly Fault[]>([]);

/** What is wrong at one place, for the field that stands there. */
export function useFault(path: string): { props: { "aria-invalid"?: "true"; "aria-describedby"?: string }; note: JSX.Element | null } {
  const found = useContext(FaultsContext).filter((fault) => fault.path === path);
  if (!found.length) return { props: {}, note: null };
  const id = `fault-${path.replaceAll(".", "-")}`;
  return {
    props: { "aria-invalid": "true", "aria-describedby": id },
    note: (
      <span class="field-fault" id={id} data-path={path}>
        {found.map((fault) => fault.message).join(" ")}
      </span>
    ),
  };
}

/** What is wrong with a whole part (a list, a span of hours) that has no field of its own. */
export function PartFault({ path }: { path: string }): JSX.Element | null {
  return useFault(path).note;
}

/** A form with its bar; the first thing that is wrong gets the focus, and what no field shows stands above. */
export function Form<Value>({ draft, lead, children }: { draft: Draft<Value>; lead: string; children: ComponentChildren }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const faults = draft.saving.phase === "faulty" ? draft.saving.faults : [];
  useEffect(() => {
    if (faults.length) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [draft.saving]);
  return (
    <FaultsContext.Provider value={faults}>
      <form
        ref={form}
        class="setup"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void draft.save();
        }}
      >
        <p class="lead">{lead}</p>
        <Trouble draft={draft} form={form} />
        {children}
        <SaveBar draft={draft} />
      </form>
    </FaultsContext.Provider>
  );
}

function Trouble<Value>({ draft, form }: { draft: Draft<Value>; form: { current: HTMLFormElement | null } }): JSX.Element | null {
  const { t } = useConsole();
  const o = useWords();
  const { saving } = draft;
  switch (saving.phase) {
    case "faulty": {
      const shown = new Set([...(form.current?.querySelectorAll<HTMLElement>("[data-path]") ?? [])].map((note) => note.dataset["path"]));
      const others = saving.faults.filter((fault) => !shown.has(fault.path));
      return (
        <div class="fault" role="alert">
          <Icon name="warn" size={18} />
          <div>
            <p>{o("faulty", { count: saving.faults.length })}</p>
            {others.length ? (
              <ul>
                {others.map((fault) => (
                  <li key={fault.path + fault.message}>{fault.message}</li>
                ))}
              </ul>
            ) : null}
          </div>
        </div>
      );
    }
    case "stale":
      return (
        <div class="stale" role="alert">
          <p>
            <strong>{o("stale")}</strong> {o("stale_kept")}
          </p>
          <p class="row-acts">
            <button type="button" class="button primary" onClick={() => void draft.save(saving.theirs)}>
              {o("stale_mine")}
            </button>
            <TheirsButton draft={draft} />
          </p>
        </div>
      );
    case "failed":
      return (
        <p class="fault" role="alert">
          <Icon name="warn" size={18} /> <span>{t(`error_${saving.code}` as "error_internal", { message: saving.message })}</span>
        </p>
      );
    default:
      return null;
  }
}

function TheirsButton<Value>({ draft }: { draft: Draft<Value> }): JSX.Element {
  const { desk } = useConsole();
  const o = useWords();
  const use = (): void => {
    if (draft.saving.phase === "stale") desk.store.dispatch({ type: "configured", configuration: draft.saving.theirs });
    draft.drop();
  };
  return (
    <button type="button" class="button" onClick={use}>
      {o("stale_theirs")}
    </button>
  );
}

function SaveBar<Value>({ draft }: { draft: Draft<Value> }): JSX.Element {
  const { state } = useConsole();
  const o = useWords();
  const { phase } = draft.saving;
  return (
    <footer class={`save-bar ${draft.changed ? "changed" : ""}`}>
      <p role="status">{phase === "saving" ? o("saving") : draft.changed ? o("unsaved") : phase === "saved" ? o("saved") : ""}</p>
      <button type="button" class="button" disabled={!draft.changed || phase === "saving"} onClick={draft.drop}>
        {o("discard")}
      </button>
      <button type="submit" class="button primary" disabled={!draft.changed || phase === "saving" || state.connection !== "online"}>
        {o("save")}
      </button>
    </footer>
  );
}

/** Several of a few: what is chosen is pressed in. */
export function Chips({ label, path, choices, chosen, name, onChange }: { label: string; path: string; choices: readonly string[]; chosen: readonly string[]; name: (choice: string) => string; onChange: (chosen: string[]) => void }): JSX.Element {
  const faults = useContext(FaultsContext).filter((fault) => fault.path === path || fault.path.startsWith(`${path}.`));
  return (
    <fieldset class="chips">
      <legend>{label}</legend>
      {choices.map((choice) => (
        <label key={choice} class="chip">
          <input type="checkbox" checked={chosen.includes(choice)} onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, choice] : chosen.filter((other) => other !== choice))} />
          <span>{name(choice)}</span>
        </label>
      ))}
      {faults.map((fault) => (
        <span key={fault.path} class="field-fault" data-path={fault.path}>
          {fault.message}
        </span>
      ))}
    </fieldset>
  );
}

export function TextField({ label, path, value, onChange, ...rest }: { label: string; path: string; value: string; onChange: (value: string) => void; type?: "text" | "date"; list?: string; maxLength?: number }): JSX.Element {
  const fault = useFault(path);
  return (
    <div class="text-field">
      <label class="stacked">
        <span>{label}</span>
        <input class="field" value={value} autocomplete="off" onInput={(event) => onChange(event.currentTarget.value)} {...rest} {...fault.props} />
      </label>
      {fault.note}
    </div>
  );
}

/** A topic of the help center, readably. */
export const useTopicName = (): ((topic: string) => string) => {
  const { t } = useConsole();
  return (topic) => named(t, "topic", topic);
};
