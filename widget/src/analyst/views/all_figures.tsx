/** Every figure in one table: never without its cases, its interval and what it was before. */
import type { JSX } from "preact";
import { Interval } from "../charts/interval.tsx";
import { reading, shown } from "../figures.ts";
import type { Definition, Overview, Summary } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { hrefOf, useBoard } from "./board.ts";
import { BenchmarkLine, Cases, HowCounted, Trend } from "./figure.tsx";
import { Opens } from "./links.tsx";
import { Panel } from "./panel.tsx";

const KINDS = ["rate", "duration", "count", "score"] as const;

export function AllFigures({ told }: { told: Overview }): JSX.Element {
  const board = useBoard();
  const { t, numbers } = board;
  const known = [...board.definitions.values()];
  const table: Table = {
    name: "figures",
    head: [t("figure"), t("value"), t("low"), t("high"), t("numerator"), t("denominator"), t("mean"), t("p90"), t("change"), t("benchmark")],
    rows: known
      .filter(({ kind }) => kind !== "number")
      .map((definition) => {
        const found = reading(told, definition);
        const summary = summaryOf(told, definition);
        return [
          cell(definition.title, definition.name),
          ...[found.value, found.low, found.high].map((one) => cell("", one)),
          cell("", found.n),
          cell("", found.of),
          cell("", summary?.mean ?? null),
          cell("", summary?.p90 ?? null),
          cell("", told.changes[definition.name]?.difference ?? null),
          cell("", told.benchmarks[definition.name] ?? null),
        ];
      }),
  };
  return (
    <Panel title={t("all_figures")} finding={t("all_figures_finding")} kind="all" table={table} only="file">
      {KINDS.map((kind) => {
        const group = known.filter((one) => one.kind === kind);
        return group.length ? (
          <details key={kind} open={kind === "rate"}>
            <summary>
              <h3>{t(`kind_${kind}`)}</h3>
            </summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={t(`kind_${kind}`)}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t("figure")}</th>
                    <th scope="col" class="number">
                      {t(kind === "duration" ? "median" : kind === "count" ? "mean" : "value")}
                    </th>
                    {kind === "duration" || kind === "count" ? (
                      <>
                        <th scope="col" class="number">
                          {t("p90")}
                        </th>
                        <th scope="col" class="number">
                          {t(kind === "count" ? "median" : "mean")}
                        </th>
                      </>
                    ) : (
                      <th scope="col" class="wide-only">
                        <span class="ends">
                          <span>{kind === "rate" ? numbers.percent(0) : numbers.whole(-100)}</span>
                          <span>{kind === "rate" ? numbers.percent(100) : numbers.signed(100)}</span>
                        </span>
                      </th>
                    )}
                    <th scope="col" class="number">
                      {t("interval")}
                    </th>
                    <th scope="col" class="number">
                      {t("counted")}
                    </th>
                    <th scope="col">{t("change")}</th>
                  </tr>
                </thead>
                <tbody>
                  {group.map((definition) => (
                    <Line key={definition.name} told={told} definition={definition} />
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        ) : null;
      })}
    </Panel>
  );
}

const summaryOf = (told: Overview, { kind, name }: Definition): Summary | undefined => (kind === "duration" ? told.durations[name] : kind === "count" ? told.counts?.[name] : undefined);

function Line({ told, definition }: { told: Overview; definition: Definition }): JSX.Element {
  const { t, numbers, address } = useBoard();
  const found = reading(told, definition);
  const summary = summaryOf(told, definition);
  const { kind } = definition;
  return (
    <tr>
      <th scope="row">
        <span class="with-sign">
          <Opens kind="figure-name" href={hrefOf(address, { metric: definition.name })} label={t("show_over_time", { name: definition.title })}>
            {definition.title}
          </Opens>
          <HowCounted told={told} definition={definition} />
        </span>
      </th>
      <td class="number strong">{shown(numbers, definition, found.value)}</td>
      {summary ? (
        <>
          <td class="number">{shown(numbers, definition, summary.p90)}</td>
          <td class="number">{shown(numbers, definition, kind === "count" ? summary.p50 : summary.mean)}</td>
        </>
      ) : (
        <td class="wide-only">
          <Interval {...found} least={kind === "score" ? -100 : 0} most={kind === "score" ? 100 : 1} benchmark={told.benchmarks[definition.name]} />
        </td>
      )}
      <td class="number quiet">{found.low === null || found.high === null ? "–" : t("between", { low: shown(numbers, definition, found.low), high: shown(numbers, definition, found.high) })}</td>
      <td class="number quiet">
        <Cases told={told} definition={definition} />
        {found.parts ? (
          <span class="parts-cell" title={t("parts_line", found.parts)}>
            {t("parts_short", found.parts)}
          </span>
        ) : null}
      </td>
      <td class="trend-cell">
        <Trend told={told} definition={definition} />
        <BenchmarkLine told={told} definition={definition} />
      </td>
    </tr>
  );
}

