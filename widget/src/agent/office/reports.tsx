/** Reports by mail: how often, to whom, in which language, where days begin. */
import type { JSX } from "preact";
import type { MailedReport } from "../configuration.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { capital, languageName } from "../views/words.ts";
import { useWords } from "./context.tsx";
import { Zone } from "./hours.tsx";
import { useDraft } from "./saving.ts";
import { Form, PartFault, TextField, useFault } from "./settings.tsx";

const LANGUAGES = ["en", "es", "fr"] as const;
const EVERY = ["week", "month"] as const;

/** The form keeps the recipients as they are typed. */
type Typed = Omit<MailedReport, "recipients"> & { recipients: string };

const typed = (report: MailedReport): Typed => ({ ...report, recipients: report.recipients.join(", ") });
const read = (report: Typed): MailedReport => ({ ...report, recipients: report.recipients.split(/[\s,;]+/).filter(Boolean) });

export function ReportSettings(): JSX.Element {
  const { state, desk, preferences } = useConsole();
  const o = useWords();
  const draft = useDraft(
    desk,
    state.configuration!,
    "reports",
    (reports) => reports.map(typed),
    (reports) => reports.map(read),
  );
  const reports = draft.value;
  const added = (): Typed => ({
    every: "week",
    recipients: state.session?.agent.email ?? "",
    language: preferences.language,
    time_zone: state.configuration?.hours?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  return (
    <Form draft={draft} lead={o("reports_lead")}>
      {state.session?.settings.mail ? null : (
        <p class="stale" role="status">
          {o("reports_no_mail")}
        </p>
      )}
      {reports.length ? null : <p class="empty">{o("reports_none")}</p>}
      {reports.map((report, index) => (
        <ReportCard
          key={report.id ?? `new-${index}`}
          report={report}
          path={`reports.${index}`}
          onChange={(changed) => draft.change(reports.map((other, at) => (at === index ? changed : other)))}
          onRemove={() => draft.change(reports.filter((_, at) => at !== index))}
        />
      ))}
      <PartFault path="reports" />
      <button type="button" class="button" onClick={() => draft.change([...reports, added()])}>
        <Icon name="plus" size={18} /> {o("report_add")}
      </button>
    </Form>
  );
}

function ReportCard({ report, path, onChange, onRemove }: { report: Typed; path: string; onChange: (report: Typed) => void; onRemove: () => void }): JSX.Element {
  const { preferences } = useConsole();
  const o = useWords();
  const title = o(`report_${report.every}`);
  return (
    <fieldset class="card-block">
      <legend>{title}</legend>
      <div class="card-top">
        <TextField label={o("report_recipients")} path={`${path}.recipients`} value={report.recipients} onChange={(recipients) => onChange({ ...report, recipients })} />
        <button type="button" class="icon-button" onClick={onRemove} aria-label={o("report_remove")} title={o("report_remove")}>
          <Icon name="trash" size={18} />
        </button>
      </div>
      {read(report).recipients.map((_, at) => (
        <PartFault key={at} path={`${path}.recipients.${at}`} />
      ))}
      <PartFault path={path} />
      <div class="report-choices">
        <Choice label={o("report_every")} path={`${path}.every`} value={report.every} choices={EVERY} name={(every) => o(`report_${every}`)} onChange={(every) => onChange({ ...report, every })} />
        <Choice label={o("report_language")} path={`${path}.language`} value={report.language} choices={LANGUAGES} name={(code) => capital(languageName(code, preferences.language), preferences.language)} onChange={(language) => onChange({ ...report, language })} />
        <Zone value={report.time_zone} path={`${path}.time_zone`} onChange={(time_zone) => onChange({ ...report, time_zone })} />
      </div>
    </fieldset>
  );
}

function Choice<Value extends string>({ label, path, value, choices, name, onChange }: { label: string; path: string; value: string; choices: readonly Value[]; name: (choice: Value) => string; onChange: (value: Value) => void }): JSX.Element {
  const fault = useFault(path);
  return (
    <div class="text-field">
      <label class="stacked">
        <span>{label}</span>
        <select class="field" value={value} onChange={(event) => onChange(event.currentTarget.value as Value)} {...fault.props}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {name(choice)}
            </option>
          ))}
        </select>
      </label>
      {fault.note}
    </div>
  );
}
