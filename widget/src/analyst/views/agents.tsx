/** What each agent had to do, and how busy they were while online. */
import type { JSX } from "preact";
import { useAnswer } from "../answers.ts";
import { reading, shown } from "../figures.ts";
import type { GroupFigures } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { apiPath, definitionOf, listHref, useBoard } from "./board.ts";
import { HowCounted } from "./figure.tsx";
import { Panel, Waiting } from "./panel.tsx";

const COLUMNS = ["agent_resolution", "first_response_human", "agent_reply", "handle", "csat_agent"] as const;

export function Agents(): JSX.Element | null {
  const board = useBoard();
  const { t, numbers, address } = board;
  const asked = useAnswer<{ groups: GroupFigures[] }>(apiPath(board, "groups", { by: "agent", figures: COLUMNS.join(",") }));
  const groups = asked.answer?.groups.filter(({ key, figures, load }) => key !== "none" && (figures.episodes || load)) ?? [];
  const columns = COLUMNS.map((name) => definitionOf(board, name));
  const table: Table = {
    name: "agents",
    head: [t("by_agent"), t("episodes"), t("online"), t("handling"), t("busy"), t("most_at_once"), ...columns.map(({ title }) => title)],
    rows: groups.map(({ key, title, figures, load }) => [
      cell(title),
      cell(numbers.whole(figures.episodes), figures.episodes, listHref(address, { metric: "episodes", filters: { agent: [key] } })),
      cell(load ? numbers.hours(load.online_seconds) : "–", load?.online_seconds ?? null),
      cell(load ? numbers.hours(load.handle_seconds) : "–", load?.handle_seconds ?? null),
      cell(numbers.share(load?.busy ?? null), load?.busy ?? null),
      cell(load ? numbers.whole(load.most_at_once) : "–", load?.most_at_once ?? null),
      ...columns.map((one) => {
        const { value, n, of } = reading(figures, one);
        const list = { metric: one.name, part: one.kind === "rate" ? "numerator" : undefined, filters: { agent: [key] } };
        return { ...cell(shown(numbers, one, value), value, value === null ? undefined : listHref(address, list)), title: of === null ? t("n_cases", { n }) : t("of", { numerator: n, denominator: of }) };
      }),
    ]),
  };
  return (
    <Panel title={t("agents")} table={table} open kind="agents" aside={<HowCounted told={null} definition={definitionOf(board, "load")} />}>
      {asked.answer ? groups.length ? null : <p class="quiet none">{t("agents_none")}</p> : <Waiting asked={asked} tall={3} />}
    </Panel>
  );
}
