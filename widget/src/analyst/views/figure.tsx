/** What goes with every figure: how it moved, how it is counted, the line it is compared with. */
import type { JSX } from "preact";
import { type Trend as Found, reading, shown, sizeOf, trendOf } from "../figures.ts";
import type { Definition, Overview } from "../report.ts";
import { listHref, useBoard } from "./board.ts";
import { Later } from "./later.tsx";
import { Opens } from "./links.tsx";
import { Popover } from "./popover.tsx";

/** "3.1 points more than before", and whether that is more than chance. */
export function Trend({ told, definition, long = false }: { told: Overview; definition: Definition; long?: boolean }): JSX.Element | null {
  const { t, numbers } = useBoard();
  const trend = trendOf(told, definition);
  if (!trend) return long ? <p class="change quiet">{t("change_unknown")}</p> : null;
  const size = sizeOf(numbers, trend, (points) => t("points", { size: points }));
  const key = trend.kind === "share" && trend.difference >= MANY_TIMES - 1 ? "change_times" : trend.direction === "same" ? "change_none" : trend.significant === false ? `change_${trend.direction}_chance` : `change_${trend.direction}`;
  return (
    <p class={`change ${trend.verdict}`} title={between(trend, t("change_interval", { low: part(trend.low), high: part(trend.high) }))}>
      <span aria-hidden="true">{ARROWS[trend.direction]}</span> {t(key as "change_up", { size: key === "change_times" ? numbers.decimal(trend.difference + 1) : size })}
    </p>
  );

  function part(bound: number | null): string {
    if (bound === null) return "–";
    return trend?.kind === "points" ? numbers.signed(bound * 100) : `${bound < 0 ? "−" : "+"}${numbers.duration(Math.abs(bound))}`;
  }
}

/** From here on a share of what was there before is hard to picture. */
const MANY_TIMES = 5;

const ARROWS = { up: "↑", down: "↓", same: "=" };
const between = (trend: Found, text: string): string | undefined => (trend.low === null ? undefined : text);

/** The cases: each number lists what it counts. */
export function Cases({ told, definition }: { told: Overview; definition: Definition }): JSX.Element {
  const { t, numbers, address } = useBoard();
  const { name, kind } = definition;
  const { n, of } = reading(told, definition);
  const link = (text: string, part?: string): JSX.Element => <Opens href={listHref(address, { metric: name, part })}>{text}</Opens>;
  if (of !== null) {
    const [before, between_, after] = t("of", { numerator: "\n", denominator: "\n" }).split("\n");
    return (
      <>
        {before}
        {link(numbers.whole(n), "numerator")}
        {between_}
        {link(numbers.whole(of), "denominator")}
        {after}
      </>
    );
  }
  return link(t(kind === "score" ? "count_ratings" : "count_episodes", { count: n }));
}

/** The definition, the assumption, the benchmark: behind a small sign beside the name. */
export function HowCounted({ told, definition }: { told: Overview | null; definition: Definition }): JSX.Element {
  const { t } = useBoard();
  return (
    <Popover label={t("how_counted", { name: definition.title })} icon="question" kind="how">
      {(close) => <Later part="Definition" told={told} definition={definition} onDone={close} />}
    </Popover>
  );
}

/** How far a value is from its line, in words. */
export function BenchmarkLine({ told, definition }: { told: Overview; definition: Definition }): JSX.Element | null {
  const { t, numbers } = useBoard();
  const line = told.benchmarks[definition.name];
  const { value } = reading(told, definition);
  if (line === undefined || value === null) return null;
  const gap = value - line;
  const good = definition.better === null || gap === 0 ? "" : gap > 0 === (definition.better === "high") ? "good" : "bad";
  const size = sizeOf(numbers, { difference: gap, kind: definition.kind === "rate" ? "points" : definition.kind === "duration" ? "seconds" : "score" }, (points) => t("points", { size: points }));
  return (
    <p class={`change ${good}`}>
      <span aria-hidden="true">┊</span> {t(gap === 0 ? "benchmark_met" : gap > 0 ? "benchmark_above" : "benchmark_below", { size, line: shown(numbers, definition, line) })}
    </p>
  );
}

