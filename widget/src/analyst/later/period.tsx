/** Two days of one's own; the time zone and what is assumed. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isZone, MOST_DAYS, ownZone, todayIn } from "../address.ts";
import { length, shifted } from "../period.ts";
import { useLaterBoard } from "./words.ts";

/** What the server takes without being told. */
const SLA_SECONDS = 60;

export function OwnDays({ today, onDone }: { today: string; onDone: () => void }): JSX.Element {
  const { t, address, go } = useLaterBoard();
  const [wrong, setWrong] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = [String(data.get("from")), String(data.get("to"))];
    const fault = !from || !to || from > to || length(from, to) > MOST_DAYS;
    setWrong(fault);
    if (fault) return;
    go({ days: null, from, to });
    onDone();
  };
  return (
    <form onSubmit={submit} noValidate>
      <label class="stacked">
        <span>{t("from")}</span>
        <input class="field" type="date" name="from" max={today} defaultValue={address.from} required />
      </label>
      <label class="stacked">
        <span>{t("to")}</span>
        <input class="field" type="date" name="to" max={today} defaultValue={address.to} required />
      </label>
      {wrong ? (
        <p class="fault" role="alert">
          {t("period_wrong", { days: MOST_DAYS })}
        </p>
      ) : null}
      <button type="submit" class="button primary">
        {t("apply")}
      </button>
    </form>
  );
}

export function Assumptions({ onDone }: { onDone: () => void }): JSX.Element {
  const { t, address, go } = useLaterBoard();
  const [wrong, setWrong] = useState(false);
  const zones = [...new Set([address.zone, ownZone(), "UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [])])];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const given = (name: string): string => String(data.get(name) ?? "").trim();
    const [zone, sla, minutes] = [given("zone"), given("sla"), given("minutes")];
    const fault = !isZone(zone) || (sla !== "" && !(Number(sla) >= 1 && Number(sla) <= 86_400)) || (minutes !== "" && !(Number(minutes) >= 0 && Number(minutes) <= 600));
    setWrong(fault);
    if (fault) return;
    const today = todayIn(zone);
    go({ zone, sla: sla && Number(sla) !== SLA_SECONDS ? sla : null, minutes: minutes || null, ...(address.days === null ? {} : { from: shifted(today, 1 - address.days), to: today }) });
    onDone();
  };
  return (
    <form onSubmit={submit} noValidate>
      <label class="stacked">
        <span>{t("time_zone")}</span>
        <input class="field" name="zone" list="zones" defaultValue={address.zone} autocomplete="off" spellcheck={false} />
      </label>
      <datalist id="zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <label class="stacked">
        <span>{t("sla_seconds")}</span>
        <input class="field" name="sla" type="number" min="1" max="86400" defaultValue={address.sla ?? String(SLA_SECONDS)} />
      </label>
      <label class="stacked">
        <span>{t("agent_minutes")}</span>
        <input class="field" name="minutes" type="number" min="0" max="600" step="any" placeholder={t("agent_minutes_measured")} defaultValue={address.minutes ?? ""} />
      </label>
      {wrong ? (
        <p class="fault" role="alert">
          {t("assumptions_wrong")}
        </p>
      ) : null}
      <button type="submit" class="button primary">
        {t("apply")}
      </button>
    </form>
  );
}
