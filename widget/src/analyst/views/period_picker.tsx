/** 7, 30, 90 or 365 days up to today, or two days of one's own; the time zone and what is assumed. */
import type { JSX } from "preact";
import { PRESETS, todayIn } from "../address.ts";
import { shifted } from "../period.ts";
import { useBoard } from "./board.ts";
import { Later } from "./later.tsx";
import { Popover } from "./popover.tsx";

export function PeriodPicker(): JSX.Element {
  const { t, numbers, address, go } = useBoard();
  const today = todayIn(address.zone);
  const preset = (days: number): void => go({ days, from: shifted(today, 1 - days), to: today });
  return (
    <div class="period">
      <div class="languages" role="group" aria-label={t("period")}>
        {PRESETS.map((days) => (
          <button type="button" key={days} aria-pressed={address.days === days} onClick={() => preset(days)}>
            {days === 365 ? t("months_12") : t("days", { count: days })}
          </button>
        ))}
      </div>
      <Popover label={t("period_own")} icon="clock" text={address.days === null ? `${numbers.shortDay(address.from)} – ${numbers.shortDay(address.to)}` : t("period_own")} kind="form">
        {(close) => <Later part="OwnDays" today={today} onDone={close} />}
      </Popover>
      <Popover label={t("assumptions")} icon="sliders" kind="form">
        {(close) => <Later part="Assumptions" onDone={close} />}
      </Popover>
    </div>
  );
}
