/** The numbers that people ask for first; choosing one shows it over time. */
import type { JSX } from "preact";
import { Interval } from "../charts/interval.tsx";
import { durationCeiling } from "../charts/scale.ts";
import { reading, shown } from "../figures.ts";
import type { Definition, Overview } from "../report.ts";
import { definitionOf, hrefOf, listHref, useBoard } from "./board.ts";
import { BenchmarkLine, Cases, HowCounted, Trend } from "./figure.tsx";
import { Opens } from "./links.tsx";
import { Waiting } from "./panel.tsx";

const TILES = ["episodes", "resolution", "bot_resolution", "handoff", "queue_wait", "csat", "nps", "cost_avoided"] as const;

export function Tiles({ told }: { told: Overview | null }): JSX.Element {
  const board = useBoard();
  return (
    <ul class="tiles">
      {TILES.map((name) => (
        <li key={name} class={`panel tile ${board.address.metric === name ? "chosen" : ""}`}>
          <Tile told={told} definition={definitionOf(board, name)} />
        </li>
      ))}
    </ul>
  );
}

function Tile({ told, definition }: { told: Overview | null; definition: Definition }): JSX.Element {
  const { t, numbers, address } = useBoard();
  const { name, kind } = definition;
  return (
    <>
      <div class="tile-head">
        <h2>
          <Opens kind="tile-name" href={hrefOf(address, { metric: name })} label={t("show_over_time", { name: definition.title })}>
            {definition.title}
          </Opens>
        </h2>
        <HowCounted told={told} definition={definition} />
      </div>
      {told ? (
        <>
          <p class="value">{kind === "number" ? <Opens href={listHref(address, { metric: name })}>{shown(numbers, definition, reading(told, definition).value)}</Opens> : shown(numbers, definition, reading(told, definition).value)}</p>
          {kind === "number" ? null : <Range told={told} definition={definition} />}
          <p class="quiet">
            <Under told={told} definition={definition} />
          </p>
          <Trend told={told} definition={definition} />
          <BenchmarkLine told={told} definition={definition} />
        </>
      ) : (
        <Waiting asked={{ fault: null, retry: () => undefined }} tall={2} />
      )}
    </>
  );
}

/** The interval, on a line from nothing to all there can be. */
function Range({ told, definition }: { told: Overview; definition: Definition }): JSX.Element | null {
  const found = reading(told, definition);
  if (found.value === null) return null;
  const benchmark = told.benchmarks[definition.name];
  const most = definition.kind === "duration" ? durationCeiling(Math.max(found.high ?? found.value, benchmark ?? 0)) : definition.kind === "score" ? 100 : 1;
  return <Interval {...found} least={definition.kind === "score" ? -100 : 0} most={most} benchmark={benchmark} />;
}

function Under({ told, definition }: { told: Overview; definition: Definition }): JSX.Element {
  const { t, numbers, address } = useBoard();
  const { name } = definition;
  const found = reading(told, definition);
  const cases = <Cases told={told} definition={definition} />;
  if (name === "episodes") {
    return (
      <>
        <Opens href={listHref(address, { metric: "open" })}>{t("open_now", { count: told.open })}</Opens> · <Opens href={listHref(address, { metric: "spam" })}>{t("spam_beside", { count: told.spam ?? 0 })}</Opens>
      </>
    );
  }
  if (name === "cost_avoided") return <Saved told={told} />;
  if (name === "csat") {
    return (
      <>
        {cases} · {t("response_rate", { share: numbers.share(told.rates["rating_response"]?.value ?? null) })}
      </>
    );
  }
  if (name === "nps") {
    return (
      <>
        {cases} · {t("response_rate", { share: numbers.share(told.rates["nps_response"]?.value ?? null) })}
      </>
    );
  }
  if (definition.kind === "duration") {
    const p90 = told.durations[name]?.p90 ?? null;
    return (
      <>
        {t("median_of")} {cases} · {t("p90_line", { p90: numbers.duration(p90) })}
      </>
    );
  }
  if (found.parts) {
    return (
      <>
        {cases}
        <br />
        {(["confirmed", "assumed"] as const).map((part) => (
          <>
            {part === "assumed" ? " · " : ""}
            <Opens href={listHref(address, { metric: name, part })}>{t(`count_${part}`, { count: found.parts?.[part] ?? 0 })}</Opens>
          </>
        ))}
      </>
    );
  }
  return cases;
}

function Saved({ told }: { told: Overview }): JSX.Element | null {
  const { t, numbers } = useBoard();
  const saved = told.cost_avoided;
  if (!saved) return null;
  return <>{t("saved_line", { confirmed: numbers.hours(saved.confirmed_minutes * 60), assumed: numbers.hours(saved.assumed_minutes * 60), minutes: numbers.decimal(saved.agent_minutes) })}</>;
}
