/** The board of pain points: what goes wrong, how much it costs, whether it grows, and what to do about it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../agent/views/icons.tsx";
import { queryOf } from "../address.ts";
import { useAnswer } from "../answers.ts";
import { Spark } from "../charts/interval.tsx";
import { hrefOf } from "../views/board.ts";
import { Opens } from "../views/links.tsx";
import { FilterBar } from "../views/filters.tsx";
import { Waiting } from "../views/panel.tsx";
import { PainPointDetail } from "./painpoint.tsx";
import type { Action, PainPoint, PainPoints as Told } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

/** As many as one looks through; the rest comes when asked for. */
const FEW = 20;
const SPARKS = 30;

/** Days put together, so that a year has no more bars than a month. */
const sparks = (days: PainPoint["days"]): number[] => {
  const together = Math.ceil(days.length / SPARKS);
  return Array.from({ length: Math.ceil(days.length / together) || 0 }, (_, index) => days.slice(index * together, (index + 1) * together).reduce((sum, [, count]) => sum + count, 0));
};

const ACTIONS: readonly Action[] = ["write_entry", "add_variants", "fix_answer", "fix_shop"];

export function PainPoints(): JSX.Element {
  const { t, numbers, address, version } = useLaterBoard();
  const [only, setOnly] = useState<Action | null>(null);
  const [all, setAll] = useState(false);
  const query = queryOf(address);
  if (version) query.set("v", String(version));
  const asked = useAnswer<Told>(`/api/analytics/painpoints?${query}`);
  const told = asked.answer;
  if (address.item) return <PainPointDetail id={address.item} />;
  const found = told?.painpoints.filter((point) => only === null || point.do === only) ?? [];
  return (
    <div class={`sections ${asked.busy && told ? "busy" : ""}`} aria-busy={asked.busy}>
      <FilterBar only={["language", "topic"]} />
      {told ? (
        <>
          <p class="lead">{t("painpoints_lead", { bad: told.turns.bad, all: told.turns.all, share: numbers.share(told.turns.all ? told.turns.bad / told.turns.all : null) })}</p>
          <div class="languages" role="group" aria-label={t("what_to_do")}>
            <button type="button" aria-pressed={only === null} onClick={() => setOnly(null)}>
              {t("do_all", { count: told.painpoints.length })}
            </button>
            {ACTIONS.map((action) => (
              <button type="button" key={action} aria-pressed={only === action} onClick={() => setOnly(action)}>
                {t(`do_${action}`)} {numbers.whole(told.painpoints.filter((point) => point.do === action).length)}
              </button>
            ))}
          </div>
          {found.length ? (
            <ol class="board">
              {(all ? found : found.slice(0, FEW)).map((point) => (
                <li key={point.key}>
                  <Card point={point} />
                </li>
              ))}
            </ol>
          ) : (
            <section class="panel empty">
              <Icon name="check" size={28} />
              <p>
                <strong>{t("painpoints_none")}</strong>
              </p>
            </section>
          )}
          {found.length > FEW && !all ? (
            <button type="button" class="button more" onClick={() => setAll(true)}>
              {t("show_all", { count: found.length })}
            </button>
          ) : null}
        </>
      ) : (
        <>
          {asked.fault ? null : <p class="quiet">{t("painpoints_reading")}</p>}
          <Waiting asked={asked} tall={6} />
        </>
      )}
    </div>
  );
}

function Card({ point }: { point: PainPoint }): JSX.Element {
  const { t, numbers, address } = useLaterBoard();
  return (
    <Opens kind="panel pain" href={hrefOf(address, { item: point.key })}>
      <span class="pain-head">
        <h2>{point.name}</h2>
        <span class={`badge ${point.do}`}>{t(`do_${point.do}`)}</span>
      </span>
      <q dir="auto">{point.quote}</q>
      <span class="pain-facts">
        <span>
          <strong>{numbers.whole(point.size)}</strong> {t("bad_turns")}
        </span>
        <TrendWord point={point} />
        <Spark values={sparks(point.days)} />
      </span>
      <span class="quiet meta">
        {[
          t("minutes_cost", { minutes: numbers.hours(point.agent_minutes * 60) }),
          point.csat.value === null ? null : t("csat_of", { share: numbers.share(point.csat.value), count: point.csat.denominator }),
          t("bad_endings_of", { share: numbers.share(point.bad_endings.value) }),
          Object.keys(point.languages).map(numbers.language).join(", "),
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </Opens>
  );
}

export function TrendWord({ point: { trend } }: { point: PainPoint }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  const arrow = { up: "↑", down: "↓", flat: "→", new: "✦" }[trend.direction];
  const tone = !trend.significant ? "" : trend.direction === "down" ? "good" : "bad";
  return (
    <span class={`change ${tone}`}>
      <span aria-hidden="true">{arrow}</span> {trend.direction === "new" ? t("trend_new") : trend.ratio === null ? "" : t(trend.significant ? "trend_ratio" : "trend_ratio_chance", { ratio: numbers.decimal(trend.ratio), before: trend.before })}
    </span>
  );
}
