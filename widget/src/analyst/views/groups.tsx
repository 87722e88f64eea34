/** The same figures by language, topic or agent. */
import type { JSX } from "preact";
import { type Choice, GROUPS } from "../period.ts";
import type { Figures } from "../report.ts";
import { named, Panel, type Sheet } from "./dashboard.tsx";
import { Download } from "./download.tsx";

const COLUMNS = ["resolution", "bot_resolution", "handoff", "csat"] as const;

export function Groups({ t, numbers, loaded: { grouped }, choice, onChoice }: Sheet & { onChoice: (choice: Choice) => void }): JSX.Element {
  const groups = Object.entries(grouped.groups ?? {}).sort(([, a], [, b]) => b.episodes - a.episodes);
  return (
    <Panel
      title={t("groups")}
      aside={
        <div class="group-choice">
          <div class="languages" role="group" aria-label={t("groups")}>
            {GROUPS.map((by) => (
              <button type="button" key={by} aria-pressed={choice.by === by} onClick={() => onChoice({ ...choice, by })}>
                {t(`by_${by}`)}
              </button>
            ))}
          </div>
          <Download t={t} by={choice.by} report={grouped} />
        </div>
      }
    >
      <div class="scroll" tabIndex={0} role="region" aria-label={t("groups")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(`by_${choice.by}`)}</th>
              <th scope="col" class="number">
                {t("episodes")}
              </th>
              {COLUMNS.map((rate) => (
                <th scope="col" class="number" key={rate}>
                  {t(`rate_${rate}`)}
                </th>
              ))}
              <th scope="col" class="number">
                {t("duration_queue_wait_median")}
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map(([name, figures]) => (
              <tr key={name}>
                <th scope="row">{groupName(t, choice, name)}</th>
                <td class="number strong">{numbers.whole(figures.episodes)}</td>
                {COLUMNS.map((rate) => (
                  <td class="number" key={rate}>
                    <Cell t={t} numbers={numbers} figures={figures} rate={rate} />
                  </td>
                ))}
                <td class="number">{numbers.duration(figures.durations["queue_wait"]?.p50 ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Cell({ t, numbers, figures, rate }: Pick<Sheet, "t" | "numbers"> & { figures: Figures; rate: string }): JSX.Element {
  const found = figures.rates[rate];
  if (!found || found.value === null) return <span>–</span>;
  return (
    <>
      {numbers.share(found.value)} <span class="quiet">{t("of", { numerator: found.numerator, denominator: found.denominator })}</span>
    </>
  );
}

function groupName(t: Sheet["t"], { by }: Choice, name: string): string {
  if (name === "none") return t(`none_${by}`);
  if (by === "language") return named(t, "language", name);
  const readable = by === "topic" ? name.replaceAll(/[_-]+/g, " ") : name;
  return readable.charAt(0).toUpperCase() + readable.slice(1);
}
