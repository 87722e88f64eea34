/** When people are there: spans of each weekday, holidays, a time zone; the shop's, and the same for a team. */
import type { JSX } from "preact";
import { type Hours, type Span, type Weekday, WEEKDAYS } from "../configuration.ts";
import { regional } from "../preferences.ts";
import { useConsole } from "../views/context.ts";
import { Icon } from "../views/icons.tsx";
import { capital } from "../views/words.ts";
import { useWords } from "./context.tsx";
import { useDraft } from "./saving.ts";
import { Form, PartFault, TextField, useFault } from "./settings.tsx";

/** A working week to begin with. */
const FIRST: Span = ["09:00", "18:00"];
const MIDNIGHT = "24:00";

export const usualHours = (): Hours => ({
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  week: Object.fromEntries(WEEKDAYS.map((day, index) => [day, index < 5 ? [FIRST] : []])) as unknown as Hours["week"],
  holidays: [],
});

export function HoursSettings(): JSX.Element {
  const { state, desk } = useConsole();
  const o = useWords();
  const draft = useDraft(desk, state.configuration!, "hours", (hours) => hours, (hours) => hours);
  return (
    <Form draft={draft} lead={o("hours_lead")}>
      <fieldset class="card-block">
        <legend>{o("hours_shop")}</legend>
        <label class="check">
          <input type="checkbox" checked={draft.value === null} onChange={(event) => draft.change(event.currentTarget.checked ? null : usualHours())} /> <span>{o("hours_always")}</span>
        </label>
        {draft.value ? <HoursEditor hours={draft.value} path="hours" onChange={draft.change} /> : null}
      </fieldset>
    </Form>
  );
}

export function HoursEditor({ hours, path, onChange }: { hours: Hours; path: string; onChange: (hours: Hours) => void }): JSX.Element {
  const o = useWords();
  const set = (day: Weekday, spans: Span[]): void => onChange({ ...hours, week: { ...hours.week, [day]: spans } });
  const everyWorkday = (spans: Span[]): void => onChange({ ...hours, week: { ...hours.week, ...Object.fromEntries(WEEKDAYS.slice(0, 5).map((day) => [day, spans])) } });
  return (
    <div class="hours">
      <Zone value={hours.time_zone} path={`${path}.time_zone`} onChange={(time_zone) => onChange({ ...hours, time_zone })} />
      <div class="week">
        {WEEKDAYS.map((day) => (
          <Day key={day} day={day} spans={hours.week[day] ?? []} path={`${path}.week.${day}`} onChange={(spans) => set(day, spans)} onEveryWorkday={day === "mon" ? everyWorkday : undefined} />
        ))}
      </div>
      <PartFault path={`${path}.week`} />
      <Holidays holidays={hours.holidays} path={`${path}.holidays`} onChange={(holidays) => onChange({ ...hours, holidays })} />
      <p class="quiet">{o("hours_night")}</p>
    </div>
  );
}

export function Zone({ value, path, onChange }: { value: string; path: string; onChange: (zone: string) => void }): JSX.Element {
  const o = useWords();
  const id = `zones-${path.replaceAll(".", "-")}`;
  return (
    <>
      <TextField label={o("time_zone")} path={path} value={value} list={id} onChange={onChange} />
      <datalist id={id}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}

interface DayProps {
  day: Weekday;
  spans: Span[];
  path: string;
  onChange: (spans: Span[]) => void;
  onEveryWorkday: ((spans: Span[]) => void) | undefined;
}

/** "Monday" as the reader writes it. The 2nd of January 2023 was one. */
function useDayName(): (day: Weekday) => string {
  const { preferences } = useConsole();
  const names = new Intl.DateTimeFormat(regional(preferences.language), { weekday: "long", timeZone: "UTC" });
  return (day) => capital(names.format(Date.UTC(2023, 0, 2 + WEEKDAYS.indexOf(day))), preferences.language);
}

function Day({ day, spans, path, onChange, onEveryWorkday }: DayProps): JSX.Element {
  const o = useWords();
  const name = useDayName()(day);
  const last = spans.at(-1);
  const next: Span = last && last[1] < "20:00" ? [last[1], "20:00"] : last ? [last[1], MIDNIGHT] : FIRST;
  return (
    <div class="day" role="group" aria-label={name}>
      <span class="day-name">{name}</span>
      <div class="spans">
        {spans.length ? null : <span class="quiet closed">{o("closed")}</span>}
        {spans.map((span, index) => (
          <SpanFields
            key={index}
            span={span}
            path={`${path}.${index}`}
            day={name}
            onChange={(changed) => onChange(spans.map((other, at) => (at === index ? changed : other)))}
            onRemove={() => onChange(spans.filter((_, at) => at !== index))}
          />
        ))}
        <PartFault path={path} />
      </div>
      <span class="day-acts">
        {last?.[1] === MIDNIGHT ? null : (
          <button type="button" class="icon-button small" onClick={() => onChange([...spans, next])} aria-label={o("span_add", { day: name })} title={o("span_add", { day: name })}>
            <Icon name="plus" size={18} />
          </button>
        )}
        {onEveryWorkday ? (
          <button type="button" class="link" onClick={() => onEveryWorkday(spans)}>
            {o("copy_week")}
          </button>
        ) : null}
      </span>
    </div>
  );
}

/** The end of a day is 24:00, which a browser's field of times calls 00:00. */
function SpanFields({ span, path, day, onChange, onRemove }: { span: Span; path: string; day: string; onChange: (span: Span) => void; onRemove: () => void }): JSX.Element {
  const o = useWords();
  const fault = useFault(path);
  return (
    <span class="span">
      <input class="field small" type="time" value={span[0]} aria-label={o("opens", { day })} onInput={(event) => onChange([event.currentTarget.value, span[1]])} {...fault.props} />
      <span aria-hidden="true">–</span>
      <input
        class="field small"
        type="time"
        value={span[1] === MIDNIGHT ? "00:00" : span[1]}
        aria-label={o("closes", { day })}
        onInput={(event) => onChange([span[0], event.currentTarget.value === "00:00" ? MIDNIGHT : event.currentTarget.value])}
        {...fault.props}
      />
      <button type="button" class="icon-button small" onClick={onRemove} aria-label={o("span_remove", { day })}>
        <Icon name="close" size={16} />
      </button>
      {fault.note}
    </span>
  );
}

function Holidays({ holidays, path, onChange }: { holidays: Hours["holidays"]; path: string; onChange: (holidays: Hours["holidays"]) => void }): JSX.Element {
  const o = useWords();
  const set = (index: number, change: Partial<Hours["holidays"][number]>): void => onChange(holidays.map((holiday, at) => (at === index ? { ...holiday, ...change } : holiday)));
  return (
    <fieldset class="holidays">
      <legend>{o("holidays")}</legend>
      {holidays.length ? null : <p class="quiet">{o("holidays_none")}</p>}
      <ul>
        {holidays.map((holiday, index) => (
          <li key={index}>
            <TextField label={o("holiday_date")} type="date" path={`${path}.${index}.date`} value={holiday.date} onChange={(date) => set(index, { date })} />
            <TextField label={o("holiday_name")} path={`${path}.${index}.name`} value={holiday.name} maxLength={120} onChange={(name) => set(index, { name })} />
            <button type="button" class="icon-button" onClick={() => onChange(holidays.filter((_, at) => at !== index))} aria-label={o("holiday_remove", { name: holiday.name || holiday.date })}>
              <Icon name="trash" size={18} />
            </button>
          </li>
        ))}
      </ul>
      <PartFault path={path} />
      <button type="button" class="button small" onClick={() => onChange([...holidays, { date: "", name: "" }])}>
        <Icon name="plus" size={16} /> {o("holiday_add")}
      </button>
    </fieldset>
  );
}
