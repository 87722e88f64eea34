/** Rates never travel without numerator, denominator and interval; durations never without n. */
import type { JSX } from "preact";
import { Interval } from "../chart.tsx";
import { DURATIONS, RATES } from "../report.ts";
import { named, Panel, type Sheet } from "./dashboard.tsx";

/** Known names in their order, then what a newer server adds. */
const ordered = (known: readonly string[], there: object): string[] => [...known.filter((name) => name in there), ...Object.keys(there).filter((name) => !known.includes(name) && !["bot_confirmed", "bot_assumed"].includes(name))];

export function Rates({ t, numbers, loaded: { daily } }: Sheet): JSX.Element {
  return (
    <Panel title={t("rates")} finding={t("rates_finding")}>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("rates")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("rate")}</th>
              <th scope="col" class="number">
                {t("value")}
              </th>
              <th scope="col" class="wide-only">
                <span class="ends">
                  <span>{numbers.whole(0)}</span>
                  <span>{t("hundred")}</span>
                </span>
              </th>
              <th scope="col" class="number">
                {t("interval")}
              </th>
              <th scope="col" class="number">
                {t("counted")}
              </th>
            </tr>
          </thead>
          <tbody>
            {ordered(RATES, daily.rates).map((name) => {
              const rate = daily.rates[name];
              if (!rate) return null;
              return (
                <tr key={name}>
                  <th scope="row">{named(t, "rate", name)}</th>
                  <td class="number strong">{numbers.share(rate.value)}</td>
                  <td class="wide-only">
                    <Interval {...rate} />
                  </td>
                  <td class="number quiet">{rate.low === null || rate.high === null ? "–" : t("between", { low: numbers.share(rate.low), high: numbers.share(rate.high) })}</td>
                  <td class="number quiet">{t("of", { numerator: rate.numerator, denominator: rate.denominator })}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

export function Durations({ t, numbers, loaded: { daily } }: Sheet): JSX.Element {
  return (
    <Panel title={t("durations")}>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("durations")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("duration")}</th>
              {(["median", "p90", "mean", "n"] as const).map((column) => (
                <th scope="col" class="number" key={column}>
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ordered(DURATIONS, daily.durations).map((name) => {
              const duration = daily.durations[name];
              if (!duration) return null;
              return (
                <tr key={name}>
                  <th scope="row">{named(t, "duration", name)}</th>
                  <td class="number strong">{numbers.duration(duration.p50)}</td>
                  <td class="number">{numbers.duration(duration.p90)}</td>
                  <td class="number">{numbers.duration(duration.mean)}</td>
                  <td class="number quiet">{numbers.whole(duration.n)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
