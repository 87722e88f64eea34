/** Which languages are spoken, and how well each is served. */
import type { JSX } from "preact";
import { useAnswer } from "../answers.ts";
import { Stack } from "../charts/stack.tsx";
import { type GroupFigures, outcomesOf, percentages } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { apiPath, groupTitle, listHref, useBoard } from "./board.ts";
import { Opens } from "./links.tsx";
import { Panel, Waiting } from "./panel.tsx";

export function Languages(): JSX.Element {
  const board = useBoard();
  const { t, numbers, address } = board;
  const asked = useAnswer<{ groups: GroupFigures[] }>(apiPath(board, "groups", { by: "language", figures: "resolution,bot_resolution,csat,language_switched,outcomes" }));
  const groups = asked.answer?.groups.filter(({ figures }) => figures.episodes) ?? [];
  const shares = percentages(groups.map(({ figures }) => figures.episodes));
  const switched = groups.reduce((sum, { figures }) => sum + (figures.rates["language_switched"]?.numerator ?? 0), 0);
  const list = (key: string): NonNullable<typeof address.list> => ({ metric: "episodes", filters: { language: [key] } });
  const table: Table = {
    name: "languages",
    head: [t("by_language"), t("episodes"), t("share"), t("before"), t("resolved"), t("satisfied")],
    rows: groups.map(({ key, figures, previous_episodes }, index) => [
      cell(groupTitle(board, "language", key), key),
      cell(numbers.whole(figures.episodes), figures.episodes, listHref(address, list(key))),
      cell(numbers.percent(shares[index] ?? 0), shares[index]),
      cell(numbers.whole(previous_episodes), previous_episodes),
      cell(numbers.share(figures.rates["resolution"]?.value ?? null), figures.rates["resolution"]?.value ?? null),
      cell(numbers.share(figures.rates["csat"]?.value ?? null), figures.rates["csat"]?.value ?? null),
    ]),
  };
  const first = groups[0];
  return (
    <Panel title={t("languages")} finding={first ? t("languages_finding", { language: groupTitle(board, "language", first.key), share: numbers.percent(shares[0] ?? 0) }) : undefined} table={table}>
      {asked.answer ? (
        <ul class="split">
          {groups.map(({ key, figures }, index) => (
            <li key={key}>
              <p class="split-head">
                <strong>{groupTitle(board, "language", key)}</strong>
                <span>
                  <Opens href={listHref(address, list(key))} label={t("open_count", { name: groupTitle(board, "language", key), count: figures.episodes })}>
                    {numbers.whole(figures.episodes)}
                  </Opens>{" "}
                  · {numbers.percent(shares[index] ?? 0)}
                </span>
              </p>
              <Stack height={16} segments={outcomesOf(figures)} label={t("outcomes_of", { name: groupTitle(board, "language", key) })} />
              <p class="quiet">{t("resolved_line", { share: numbers.share(figures.rates["resolution"]?.value ?? null), csat: numbers.share(figures.rates["csat"]?.value ?? null) })}</p>
            </li>
          ))}
        </ul>
      ) : (
        <Waiting asked={asked} tall={4} />
      )}
      {asked.answer ? (
        <p class="quiet note">
          <Opens href={listHref(address, { metric: "language_switched", part: "numerator" })}>{t("switched_line", { count: switched })}</Opens>
        </p>
      ) : null}
    </Panel>
  );
}
