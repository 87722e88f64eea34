/** 7, 30 or 90 days up to today, or two days of one's own. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Translate } from "../../shared/translate.ts";
import type { AnalystKey } from "../catalog.ts";
import { type Choice, dayOf, PRESETS, readChoice } from "../period.ts";

interface PeriodPickerProps {
  t: Translate<AnalystKey>;
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

export function PeriodPicker({ t, choice, onChoice }: PeriodPickerProps): JSX.Element {
  const today = dayOf(new Date());
  const [own, setOwn] = useState(choice.days === null);
  const [fault, setFault] = useState(false);
  const preset = (days: number): void => {
    setOwn(false);
    onChoice(readChoice(`?days=${days}&by=${choice.by}`, today));
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = [String(data.get("from")), String(data.get("to"))];
    const wrong = !from || !to || from > to;
    setFault(wrong);
    if (!wrong) onChoice({ days: null, from, to, by: choice.by });
  };
  return (
    <div class="period">
      <div class="languages" role="group" aria-label={t("period")}>
        {PRESETS.map((days) => (
          <button type="button" key={days} aria-pressed={!own && choice.days === days} onClick={() => preset(days)}>
            {t("days", { count: days })}
          </button>
        ))}
        <button type="button" aria-pressed={own} aria-expanded={own} onClick={() => setOwn(true)}>
          {t("period_own")}
        </button>
      </div>
      {own ? (
        <form class="own" onSubmit={submit} noValidate>
          <label>
            <span>{t("from")}</span>
            <input class="field" type="date" name="from" max={today} defaultValue={choice.from} required />
          </label>
          <label>
            <span>{t("to")}</span>
            <input class="field" type="date" name="to" max={today} defaultValue={choice.to} required />
          </label>
          <button type="submit" class="button">
            {t("apply")}
          </button>
          {fault ? (
            <p class="fault" role="alert">
              {t("period_wrong")}
            </p>
          ) : null}
        </form>
      ) : null}
    </div>
  );
}
