/** The chosen figure over time, beside the period before. */
import type { JSX } from "preact";
import { STEPS, type Step, todayIn, usualStep } from "../address.ts";
import { useAnswer } from "../answers.ts";
import { ceiling, durationCeiling } from "../charts/scale.ts";
import { SeriesChart } from "../charts/series.tsx";
import { reading, shown } from "../figures.ts";
import { length, shifted } from "../period.ts";
import type { Definition, Overview, Point, Series } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { apiPath, type Board, definitionOf, listHref, useBoard } from "./board.ts";
import { Panel, Waiting } from "./panel.tsx";

export function Timeline({ told }: { told: Overview | null }): JSX.Element {
  const board = useBoard();
  const { t, numbers, address, go } = board;
  const definition = definitionOf(board, address.metric);
  const step = usualStep(address);
  const asked = useAnswer<Series>(apiPath(board, "series", { step, figures: definition.name }));
  const series = asked.answer?.step === step ? asked.answer : null;
  const choose = length(address.from, address.to) > 7;
  return (
    <Panel
      title={definition.title}
      finding={series ? finding(board, definition, series) : " "}
      table={series ? tableOf(board, definition, series) : undefined}
      aside={
        choose ? (
          <div class="languages" role="group" aria-label={t("step")}>
            {STEPS.map((one) => (
              <button type="button" key={one} aria-pressed={one === step} onClick={() => go({ step: one })}>
                {t(`step_${one}`)}
              </button>
            ))}
          </div>
        ) : null
      }
    >
      {series ? <Chart {...{ definition, series, told }} /> : <Waiting asked={asked} tall={4} />}
    </Panel>
  );
}

function Chart({ definition, series, told }: { definition: Definition; series: Series; told: Overview | null }): JSX.Element {
  const board = useBoard();
  const { t, numbers, address, go } = board;
  const { points, previous } = series;
  const values = points.map((point) => valueOf(point, definition));
  const before = points.map((_, index) => valueOf(previous[index], definition));
  const benchmark = told?.benchmarks[definition.name];
  const step = series.step as Step;
  const open = (index: number): void => go({ list: listOf(board, definition, points, index), conversation: null });
  return (
    <SeriesChart
      points={points.map((point, index) => ({ tick: tick(board, step, point.start), now: values[index] ?? null, before: before[index] ?? null }))}
      kind={definition.kind === "number" ? "bars" : "line"}
      {...domain(definition, [...values, ...before, benchmark ?? null])}
      format={(value) => (definition.kind === "rate" ? numbers.share(value).replace(/[.,]0(?=\D*$)/, "") : shown(numbers, definition, value))}
      label={t("series_label", { name: definition.title })}
      names={{ now: t("this_period"), before: t("period_before") }}
      benchmark={benchmark === undefined ? undefined : { value: benchmark, label: t("benchmark_at", { line: shown(numbers, definition, benchmark) }) }}
      unfinished={address.to === todayIn(address.zone)}
      say={(index) => <Say {...{ definition, series, index }} />}
      onOpen={definition.name === "open" ? undefined : open}
    />
  );
}

function Say({ definition, series: { points, previous, step }, index }: { definition: Definition; series: Series; index: number }): JSX.Element {
  const board = useBoard();
  const { t, numbers } = board;
  const [now, then] = [points[index], previous[index]];
  if (!now) return <></>;
  const found = reading(now, definition);
  return (
    <>
      <p class="tip-title">{span(board, step as Step, points, index)}</p>
      <p>
        <strong>{shown(numbers, definition, found.value)}</strong> {found.of === null ? (definition.kind === "number" ? "" : t("count_episodes", { count: found.n })) : t("of", { numerator: found.n, denominator: found.of })}
      </p>
      {then ? (
        <p class="quiet">
          {span(board, step as Step, previous, index)}: {shown(numbers, definition, reading(then, definition).value)}
        </p>
      ) : null}
      <p class="quiet hint">{t("tip_open")}</p>
    </>
  );
}

/** A share or time without a case is a gap; a count without one is zero. */
function valueOf(point: Point | undefined, definition: Definition): number | null {
  return point ? reading(point, definition).value : null;
}

function domain({ kind, name }: Definition, values: readonly (number | null)[]): { bottom: number; top: number } {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  if (kind === "score") return { bottom: -100, top: 100 };
  if (kind === "duration") return { bottom: 0, top: durationCeiling(most) };
  if (kind === "rate") return { bottom: 0, top: Math.min(1, ceiling(most || 1)) };
  return { bottom: 0, top: name === "cost_avoided" ? durationCeiling(most * 60) / 60 : Math.max(2, ceiling(most)) };
}

/** The last day of a bucket. */
function endOf({ address }: Pick<Board, "address">, points: readonly Point[], index: number): string {
  const next = points[index + 1];
  return next ? shifted(next.start.slice(0, 10), -1) : address.to;
}

function listOf(board: Board, { name, kind }: Definition, points: readonly Point[], index: number): NonNullable<Board["address"]["list"]> {
  const from = points[index]?.start.slice(0, 10) ?? board.address.from;
  return { metric: name, part: kind === "rate" ? "numerator" : undefined, from, to: endOf(board, points, index) };
}

const tick = ({ numbers }: Board, step: Step, start: string): string => (step === "month" ? numbers.month(start) : numbers.shortDay(start));

function span(board: Board, step: Step, points: readonly Point[], index: number): string {
  const { numbers } = board;
  const start = points[index]?.start.slice(0, 10) ?? "";
  if (step === "day") return `${numbers.weekday((new Date(`${start}T12:00:00Z`).getUTCDay() + 6) % 7, "short")}, ${numbers.day(start)}`;
  const next = points[index + 1];
  const last = next ? shifted(next.start.slice(0, 10), -1) : points === undefined ? start : step === "week" ? shifted(start, 6) : start;
  return step === "month" ? numbers.month(start) : `${numbers.shortDay(start)} – ${numbers.shortDay(last > board.address.to && start <= board.address.to ? board.address.to : last)}`;
}

function finding(board: Board, definition: Definition, series: Series): string {
  const { t, numbers } = board;
  const known = series.points.map((point, index) => ({ index, value: valueOf(point, definition) })).filter((point): point is { index: number; value: number } => point.value !== null);
  const most = known.reduce<(typeof known)[number] | null>((best, point) => (best && best.value >= point.value ? best : point), null);
  if (!most || known.length < 2) return t("finding_few");
  return t(definition.kind === "number" ? "finding_most" : "finding_highest", { span: span(board, series.step as Step, series.points, most.index), value: shown(numbers, definition, most.value) });
}

function tableOf(board: Board, definition: Definition, series: Series): Table {
  const { t, numbers, address } = board;
  const rate = definition.kind === "rate";
  return {
    name: definition.name,
    head: [t(`step_${series.step as Step}`), definition.title, ...(rate ? [t("numerator"), t("denominator")] : definition.kind === "number" ? [] : [t("n")]), t("period_before")],
    rows: series.points.map((point, index) => {
      const found = reading(point, definition);
      const list = listOf(board, definition, series.points, index);
      const href = (part?: string): string => listHref(address, { ...list, part: part ?? list.part });
      const before = valueOf(series.previous[index], definition);
      return [
        cell(span(board, series.step as Step, series.points, index), point.start),
        cell(shown(numbers, definition, found.value), found.value, rate || definition.name === "open" ? undefined : href()),
        ...(rate ? [cell(numbers.whole(found.n), found.n, href("numerator")), cell(numbers.whole(found.of ?? 0), found.of, href("denominator"))] : definition.kind === "number" ? [] : [cell(numbers.whole(found.n), found.n)]),
        cell(shown(numbers, definition, before), before),
      ];
    }),
  };
}
