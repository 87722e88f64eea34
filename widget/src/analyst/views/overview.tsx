/** The figures of the period: the ones asked for first as tiles, the chosen one over time, then what lies behind. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../../agent/views/icons.tsx";
import { useAnswer } from "../answers.ts";
import type { Overview as Told } from "../report.ts";
import { Agents } from "./agents.tsx";
import { apiPath, useBoard } from "./board.ts";
import { BusyHours } from "./busy_hours.tsx";
import { AllFigures } from "./all_figures.tsx";
import { Glossary } from "./glossary.tsx";
import { Groups } from "./groups.tsx";
import { Languages } from "./languages.tsx";
import { prefetch } from "./later.tsx";
import { Outcomes } from "./outcomes.tsx";
import { Waiting } from "./panel.tsx";
import { Reasons } from "./reasons.tsx";
import { Satisfaction } from "./satisfaction.tsx";
import { Tiles } from "./tiles.tsx";
import { Timeline } from "./timeline.tsx";

/** While the latest conversations are still being counted, the page asks again. */
const BEHIND_MILLISECONDS = 3_000;

export function Overview(): JSX.Element {
  const board = useBoard();
  const { t, numbers, address } = board;
  const asked = useAnswer<Told>(apiPath(board, "overview"));
  const told = asked.answer;
  const here = told !== null;
  useEffect(() => {
    if (here) prefetch();
  }, [here]);
  useEffect(() => {
    if (!told?.behind) return;
    const again = window.setTimeout(board.refresh, BEHIND_MILLISECONDS);
    return () => window.clearTimeout(again);
  }, [told]);
  if (asked.fault && !told) return <Waiting asked={asked} />;
  if (told && !told.episodes && !asked.busy) return <Nothing told={told} />;
  return (
    <div class={`sections ${asked.busy && told ? "busy" : ""}`} aria-busy={asked.busy}>
      {told?.behind ? <p class="notice">{t("behind")}</p> : null}
      <Tiles told={told} />
      <Timeline told={told} />
      <div class="halves">
        {told ? <Outcomes told={told} /> : <Bones />}
        <Reasons told={told} />
      </div>
      <div class="halves">
        <Languages />
        {told ? <Satisfaction told={told} /> : <Bones />}
      </div>
      <BusyHours />
      <Groups />
      <Agents />
      {told ? <AllFigures told={told} /> : <Bones />}
      <Glossary />
      {told ? <p class="quiet foot">{t("as_of", { at: numbers.moment(told.as_of, address.zone), version: told.kb_version.slice(0, 12) })}</p> : null}
    </div>
  );
}

const Bones = (): JSX.Element => (
  <section class="panel">
    <Waiting asked={{ fault: null, retry: () => undefined }} tall={5} />
  </section>
);

function Nothing({ told }: { told: Told }): JSX.Element {
  const { t, address, go } = useBoard();
  const filtered = Object.keys(address.filters).length > 0;
  return (
    <div class="sections">
      <section class="panel empty">
        <Icon name="chart" size={32} />
        <p>
          <strong>{t(filtered ? "nothing_filtered" : "nothing")}</strong>
        </p>
        <p>{told.open && !filtered ? t("nothing_open", { count: told.open }) : t("nothing_hint")}</p>
        {filtered ? (
          <button type="button" class="button" onClick={() => go({ filters: {} })}>
            {t("filters_clear")}
          </button>
        ) : null}
      </section>
      <Glossary />
    </div>
  );
}
