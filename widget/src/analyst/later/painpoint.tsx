/** One pain point: how it shows, which entries are near, what was said, and one step to a draft. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { HttpFault, request } from "../../agent/http.ts";
import { Icon } from "../../agent/views/icons.tsx";
import { type Filters, queryOf } from "../address.ts";
import { forget, useAnswer } from "../answers.ts";
import { Interval } from "../charts/interval.tsx";
import { RowBars } from "../charts/rows.tsx";
import { SeriesChart } from "../charts/series.tsx";
import { ceiling } from "../charts/scale.ts";
import { cell } from "../table.ts";
import { hrefOf } from "../views/board.ts";
import { Opens } from "../views/links.tsx";
import { Panel, Waiting } from "../views/panel.tsx";
import { TrendWord } from "./painpoints.tsx";
import type { Draft, PainPoint, Sample } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

export function PainPointDetail({ id }: { id: string }): JSX.Element {
  const { t, address } = useLaterBoard();
  const asked = useAnswer<PainPoint & { samples: Sample[] }>(`/api/analytics/painpoints/${encodeURIComponent(id)}?${queryOf(address)}`);
  const point = asked.answer;
  return (
    <div class="sections">
      <Opens kind="back-link" href={hrefOf(address, { item: null })}>
        <Icon name="back" size={16} /> {t("all_painpoints")}
      </Opens>
      {point ? <Detail point={point} samples={point.samples} /> : <Waiting asked={asked} tall={6} />}
    </div>
  );
}

function Detail({ point, samples }: { point: PainPoint; samples: readonly Sample[] }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  return (
    <>
      <section class="panel pain-detail">
        <div class="pain-head">
          <h2>{point.name}</h2>
          <span class={`badge ${point.do}`}>{t(`do_${point.do}`)}</span>
        </div>
        <q dir="auto">{point.quote}</q>
        <p>{t(`do_${point.do}_why`)}</p>
        <dl class="numbers">
          <Fact name={t("bad_turns")} value={numbers.whole(point.size)} under={t("share_of_turns", { share: numbers.share(point.share) })} />
          <Fact name={t("episodes")} value={numbers.whole(point.episodes)} />
          <Fact name={t("agent_time")} value={numbers.hours(point.agent_minutes * 60)} />
          <Fact name={t("csat")} value={numbers.share(point.csat.value)} under={t("n_cases", { n: point.csat.denominator })} />
          <Fact name={t("bad_endings")} value={numbers.share(point.bad_endings.value)} under={t("of", { numerator: point.bad_endings.numerator, denominator: point.bad_endings.denominator })} />
        </dl>
        <TrendWord point={point} />
        {point.do === "fix_shop" ? null : <DraftStep point={point} />}
      </section>
      <Days point={point} />
      <div class="halves">
        <Reasons point={point} />
        <Nearest point={point} />
      </div>
      <Samples samples={samples} />
    </>
  );
}

const Fact = ({ name, value, under }: { name: string; value: string; under?: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
    {under ? <dd class="quiet">{under}</dd> : null}
  </div>
);

/** The filters by which pain points are told apart. */
const pick = ({ language, topic }: Filters): Filters => ({ ...(language ? { language } : {}), ...(topic ? { topic } : {}) });

/** From here a draft is one step: title, variants and answer are filled in by the server. */
function DraftStep({ point }: { point: PainPoint }): JSX.Element {
  const { t, address, go } = useLaterBoard();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const draft = async (): Promise<void> => {
    setBusy(true);
    setFault(null);
    const entry = point.do === "write_entry" ? undefined : point.nearest[0]?.entry;
    try {
      const made = await request<Draft>("POST", "/api/analytics/drafts", { painpoint: point.key, from: address.from, to: address.to, time_zone: address.zone, ...pick(address.filters), ...(entry ? { entry } : {}) });
      forget();
      go({ page: "drafts", item: made.id });
    } catch (error) {
      setFault(error instanceof HttpFault ? t(`error_${error.code}`, { message: error.message }) : String(error));
      setBusy(false);
    }
  };
  return (
    <div class="step">
      <button type="button" class="button primary" disabled={busy} onClick={() => void draft()}>
        <Icon name="note" size={18} /> {t(busy ? "drafting" : point.do === "write_entry" ? "draft_entry" : "draft_variants")}
      </button>
      {fault ? (
        <p class="fault" role="alert">
          {fault}
        </p>
      ) : null}
    </div>
  );
}

function Days({ point }: { point: PainPoint }): JSX.Element | null {
  const { t, numbers } = useLaterBoard();
  if (point.days.length < 2) return null;
  return (
    <Panel title={t("painpoint_days")} table={{ name: "pain-point", head: [t("step_day"), t("bad_turns")], rows: point.days.map(([day, count]) => [cell(numbers.day(day), day), cell(numbers.whole(count), count)]) }}>
      <SeriesChart
        points={point.days.map(([day, count]) => ({ tick: numbers.shortDay(day), now: count, before: null }))}
        kind="bars"
        bottom={0}
        top={Math.max(2, ceiling(Math.max(...point.days.map(([, count]) => count))))}
        format={numbers.whole}
        label={t("painpoint_days")}
        names={{ now: t("this_period"), before: t("period_before") }}
        unfinished={false}
        say={(index) => (
          <>
            <p class="tip-title">{numbers.day(point.days[index]?.[0] ?? "")}</p>
            <p>
              <strong>{numbers.whole(point.days[index]?.[1] ?? 0)}</strong> {t("bad_turns")}
            </p>
          </>
        )}
      />
    </Panel>
  );
}

function Reasons({ point }: { point: PainPoint }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  const rows = Object.entries(point.reasons)
    .filter(([, count]) => count)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => ({ key: reason, name: t(`bad_${reason}` as "bad_no_answer"), value: count, text: numbers.whole(count) }));
  return (
    <Panel title={t("how_it_shows")} table={{ name: "pain-point-reasons", head: [t("how_it_shows"), t("n")], rows: rows.map(({ key, name, value, text }) => [cell(name, key), cell(text, value)]) }}>
      <RowBars rows={rows} label={t("how_it_shows")} />
    </Panel>
  );
}

function Nearest({ point }: { point: PainPoint }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  return (
    <Panel title={t("nearest")}>
      {point.nearest.length ? (
        <ul class="nearest">
          {point.nearest.map(({ entry, title, similarity }) => (
            <li key={entry}>
              <span>
                {title} <code>{entry}</code>
              </span>
              <Interval value={similarity} low={0} high={similarity} />
              <span class="number">{numbers.share(similarity)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet none">{t("nearest_none")}</p>
      )}
    </Panel>
  );
}

function Samples({ samples }: { samples: readonly Sample[] }): JSX.Element {
  const { t, numbers, address } = useLaterBoard();
  return (
    <Panel title={t("samples")}>
      <ul class="episodes">
        {samples.map((sample) => (
          <li key={sample.message_id}>
            <Opens kind="episode" href={hrefOf(address, { conversation: `${sample.conversation_id}:${sample.episode}` })}>
              <span class="quote" dir="auto" lang={sample.language}>
                {sample.text}
              </span>
              <span class="quiet meta">
                {[numbers.moment(sample.at, address.zone), numbers.language(sample.language), t(`bad_${sample.reason}` as "bad_no_answer"), sample.entry].filter(Boolean).join(" · ")}
              </span>
            </Opens>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
