/** How the episodes of the period ended: exactly one outcome each, so the bar is the whole. */
import type { JSX } from "preact";
import { Stack } from "../charts/stack.tsx";
import { type Overview, outcomesOf, percentages } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { listHref, named, useBoard } from "./board.ts";
import { Opens } from "./links.tsx";
import { Panel } from "./panel.tsx";

export function Outcomes({ told }: { told: Overview }): JSX.Element {
  const { t, numbers, address, go } = useBoard();
  const outcomes = outcomesOf(told);
  const shares = percentages(outcomes.map(({ count }) => count));
  const list = (name: string): NonNullable<typeof address.list> => ({ metric: "episodes", filters: { outcome: [name] } });
  const before = told.previous ? percentages(outcomesOf(told.previous).map(({ count }) => count)) : null;
  const sum = outcomes.reduce((total, { count }) => total + count, 0);
  const table: Table = {
    name: "outcomes",
    head: [t("outcome"), t("n"), t("share"), t("share_before")],
    total: true,
    rows: [
      ...outcomes.map(({ name, count }, index) => [
        cell(named(t, "outcome", name), name),
        cell(numbers.whole(count), count, listHref(address, list(name))),
        cell(numbers.percent(shares[index] ?? 0), shares[index]),
        cell(before ? numbers.percent(before[index] ?? 0) : "–", before?.[index] ?? null),
      ]),
      [cell(t("sum"), "sum"), cell(numbers.whole(sum), sum, listHref(address, { metric: "episodes" })), cell(numbers.percent(total(shares)), total(shares)), cell(before ? numbers.percent(total(before)) : "–", before ? total(before) : null)],
    ],
  };
  const byBot = told.rates["bot_resolution"];
  return (
    <Panel title={t("outcomes")} finding={byBot?.value == null ? undefined : t("outcomes_finding", { share: numbers.share(byBot.value) })} table={table} kind="outcomes">
      <Stack
        segments={outcomes}
        label={t("outcomes_label")}
        say={(index) => `${named(t, "outcome", outcomes[index]?.name ?? "")}\n${numbers.percent(shares[index] ?? 0)}`}
        onOpen={(index) => go({ list: list(outcomes[index]?.name ?? ""), conversation: null })}
      />
      <ul class="legend">
        {outcomes.map(({ name, count }, index) => (
          <li key={name}>
            <Swatch name={name} />
            <span class="what">
              {named(t, "outcome", name)} <span class="quiet">{named(t, "outcome_is", name)}</span>
            </span>
            <Opens href={listHref(address, list(name))} label={t("open_count", { name: named(t, "outcome", name), count })}>
              {numbers.whole(count)}
            </Opens>
            <span class="percent">{numbers.percent(shares[index] ?? 0)}</span>
          </li>
        ))}
        <li class="sum">
          <span />
          <span class="what">{t("sum")}</span>
          <Opens href={listHref(address, { metric: "episodes" })} label={t("open_count", { name: t("sum"), count: sum })}>
            {numbers.whole(sum)}
          </Opens>
          <span class="percent">{numbers.percent(total(shares))}</span>
        </li>
      </ul>
      {told.revised ? <p class="quiet note">{t("revised_line", { count: told.revised })}</p> : null}
    </Panel>
  );
}

/** Tenths are added as whole numbers: floats would not sum to 100. */
const total = (shares: readonly number[]): number => shares.reduce((sum, share) => sum + Math.round(share * 10), 0) / 10;

export const Swatch = ({ name }: { name: string }): JSX.Element => (
  <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
    <rect class={`outcome ${name}`} width="12" height="12" rx="3" />
    {name === "bot_assumed" ? <path class="hatch" d="M1 11 11 1" /> : null}
  </svg>
);
