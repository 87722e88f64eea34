/** Episodes by the day on which they ended, with the share that was resolved. */
import type { JSX } from "preact";
import { type Bar, DayBars } from "../chart.tsx";
import { daysIn } from "../period.ts";
import { Panel, type Sheet } from "./dashboard.tsx";
import { Download } from "./download.tsx";

export function Days({ t, numbers, loaded: { daily }, choice }: Sheet): JSX.Element {
  const groups = daily.groups ?? {};
  const bars: Bar[] = daysIn(choice).map((day) => ({ name: day, value: groups[day]?.episodes ?? 0, part: groups[day]?.rates["resolution"]?.numerator ?? 0 }));
  const busiest = bars.reduce<Bar | null>((most, bar) => (most && most.value >= bar.value ? most : bar), null);
  return (
    <Panel
      title={t("per_day")}
      finding={busiest ? t("per_day_finding", { day: numbers.day(busiest.name), count: busiest.value }) : undefined}
      aside={<Download t={t} by="day" report={daily} />}
    >
      <p class="key">
        <span class="dot part" aria-hidden="true" /> {t("resolved_part")} <span class="dot whole" aria-hidden="true" /> {t("other_part")}
      </p>
      <DayBars
        bars={bars}
        label={t("per_day_label")}
        number={numbers.whole}
        tick={(bar) => numbers.shortDay(bar.name)}
        say={(bar) => t("day_line", { day: numbers.day(bar.name), episodes: t("count_episodes", { count: bar.value }), resolved: bar.part })}
      />
      <details>
        <summary>{t("as_table")}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={t("per_day")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("day")}</th>
                <th scope="col" class="number">
                  {t("episodes")}
                </th>
                <th scope="col" class="number">
                  {t("rate_resolution")}
                </th>
              </tr>
            </thead>
            <tbody>
              {bars.map((bar) => (
                <tr key={bar.name}>
                  <th scope="row">{numbers.day(bar.name)}</th>
                  <td class="number">{numbers.whole(bar.value)}</td>
                  <td class="number">{bar.value ? `${numbers.share(bar.part / bar.value)} (${t("of", { numerator: bar.part, denominator: bar.value })})` : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Panel>
  );
}
