/** How the episodes of the period ended: exactly one outcome each, so the bar is the whole. */
import type { JSX } from "preact";
import { Stack } from "../chart.tsx";
import { outcomesOf, percentages } from "../report.ts";
import { named, Panel, type Sheet } from "./dashboard.tsx";

export function Outcomes({ t, numbers, loaded: { daily } }: Sheet): JSX.Element {
  const outcomes = outcomesOf(daily);
  const shares = percentages(outcomes.map(({ count }) => count));
  const byBot = daily.rates["bot_resolution"];
  return (
    <Panel title={t("outcomes")} finding={byBot?.value == null ? undefined : t("outcomes_finding", { share: numbers.share(byBot.value) })}>
      <Stack segments={outcomes} label={t("outcomes_label")} />
      <div class="scroll" tabIndex={0} role="region" aria-label={t("outcomes")}>
        <table class="legend">
          <thead>
            <tr>
              <th scope="col">{t("outcome")}</th>
              <th scope="col" class="number">
                {t("n")}
              </th>
              <th scope="col" class="number">
                {t("share")}
              </th>
            </tr>
          </thead>
          <tbody>
            {outcomes.map(({ name, count }, index) => (
              <tr key={name}>
                <th scope="row">
                  <span class="entry">
                    <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
                      <rect class={`outcome ${name}`} width="12" height="12" rx="3" />
                    </svg>
                    <span>
                      {named(t, "outcome", name)} <span class="quiet">{named(t, "outcome_is", name)}</span>
                    </span>
                  </span>
                </th>
                <td class="number">{numbers.whole(count)}</td>
                <td class="number">{numbers.percent(shares[index] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("sum")}</th>
              <td class="number">{numbers.whole(outcomes.reduce((sum, { count }) => sum + count, 0))}</td>
              <td class="number">{numbers.percent(shares.reduce((sum, share) => sum + share, 0))}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </Panel>
  );
}
