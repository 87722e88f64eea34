/** What shoppers said when they were asked, and how many of those asked said anything. */
import type { JSX } from "preact";
import { Interval } from "../charts/interval.tsx";
import { reading, shown } from "../figures.ts";
import { type Overview, percentages, type Score } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { definitionOf, listHref, useBoard } from "./board.ts";
import { Cases, HowCounted } from "./figure.tsx";
import { Opens } from "./links.tsx";
import { Panel } from "./panel.tsx";

const PARTS = ["promoters", "passives", "detractors"] as const;
const PAIRS = [
  ["csat", "rating_response"],
  ["csat_bot", "rating_response_bot"],
  ["csat_agent", "rating_response_agent"],
] as const;

export function Satisfaction({ told }: { told: Overview }): JSX.Element {
  const board = useBoard();
  const { t, numbers } = board;
  const table: Table = {
    name: "satisfaction",
    head: [t("figure"), t("value"), t("low"), t("high"), t("n"), t("response_rate_head")],
    rows: [
      ...PAIRS.map(([name, response]) => row(name, response)),
      ...["nps", "nps_bot", "nps_agent"].map((name) => row(name, name === "nps" ? "nps_response" : undefined)),
    ],
  };
  function row(name: string, response?: string): Table["rows"][number] {
    const definition = definitionOf(board, name);
    const { value, low, high, n, of } = reading(told, definition);
    const rate = response ? (told.rates[response]?.value ?? null) : null;
    return [cell(definition.title, name), ...[value, low, high].map((one) => cell(shown(numbers, definition, one), one)), cell(numbers.whole(of ?? n), of ?? n), cell(numbers.share(rate), rate)];
  }
  const asked = told.rates["rating_response"];
  return (
    <Panel title={t("satisfaction")} finding={asked?.denominator ? t("satisfaction_finding", { share: numbers.share(asked.value), numerator: asked.numerator, denominator: asked.denominator }) : t("satisfaction_none")} table={table}>
      <ul class="split">
        {PAIRS.map(([name, response]) => {
          const definition = definitionOf(board, name);
          const found = reading(told, definition);
          return (
            <li key={name}>
              <p class="split-head">
                <span class="with-sign">
                  <strong>{definition.title}</strong>
                  <HowCounted told={told} definition={definition} />
                </span>
                <span class="big">{shown(numbers, definition, found.value)}</span>
              </p>
              <Interval {...found} benchmark={told.benchmarks[name]} />
              <p class="quiet">
                <Cases told={told} definition={definition} />
                {told.rates[response]?.denominator ? ` · ${t("response_rate", { share: numbers.share(told.rates[response]?.value ?? null) })}` : ""}
              </p>
            </li>
          );
        })}
        {told.scores?.["nps"]?.n ? <Promoters told={told} score={told.scores["nps"]} /> : null}
      </ul>
    </Panel>
  );
}

function Promoters({ told, score }: { told: Overview; score: Score }): JSX.Element {
  const board = useBoard();
  const { t, numbers, address } = board;
  const definition = definitionOf(board, "nps");
  const shares = percentages(PARTS.map((part) => score[part]));
  const apart = (["nps_bot", "nps_agent"] as const).map((name) => `${t(name)} ${shown(numbers, definition, told.scores?.[name]?.value ?? null)} (${t("n_cases", { n: told.scores?.[name]?.n ?? 0 })})`);
  let from = 0;
  return (
    <li>
      <p class="split-head">
        <span class="with-sign">
          <strong>{definition.title}</strong>
          <HowCounted told={told} definition={definition} />
        </span>
        <span class="big">{shown(numbers, definition, score.value)}</span>
      </p>
      <svg class="nps" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">
        {PARTS.map((part, index) => {
          const wide = (shares[index] ?? 0) * 10;
          const x = from;
          from += wide;
          return wide ? <rect key={part} class={`nps-${part}`} x={x} width={Math.max(1, wide - 4)} height="16" /> : null;
        })}
      </svg>
      <p class="quiet parts">
        {PARTS.map((part, index) => (
          <span key={part}>
            <i class={`dot nps-${part}`} aria-hidden="true" /> {t(part)} <Opens href={listHref(address, { metric: "nps", part })}>{numbers.whole(score[part])}</Opens> · {numbers.percent(shares[index] ?? 0)}
          </span>
        ))}
      </p>
      <p class="quiet">
        {apart.join(" · ")} · {t("response_rate", { share: numbers.share(told.rates["nps_response"]?.value ?? null) })}
      </p>
    </li>
  );
}
