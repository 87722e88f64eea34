/** The same figures by topic, entry, language, agent, team, surface or page: sorted by any column. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { GROUPS } from "../address.ts";
import { useAnswer } from "../answers.ts";
import { reading, shown } from "../figures.ts";
import type { Definition, GroupFigures } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { apiPath, definitionOf, groupTitle, listHref, useBoard } from "./board.ts";
import { Opens } from "./links.tsx";
import { Panel, Waiting } from "./panel.tsx";

const COLUMNS = ["resolution", "bot_resolution", "handoff", "wrong_answer", "csat", "queue_wait"] as const;
const FEW = 12;

export function Groups(): JSX.Element {
  const board = useBoard();
  const { t, numbers, address, go } = board;
  const [sort, setSort] = useState<{ column: string; down: boolean }>({ column: "episodes", down: true });
  const [all, setAll] = useState(false);
  const asked = useAnswer<{ by: string; groups: GroupFigures[] }>(apiPath(board, "groups", { by: address.by, figures: COLUMNS.join(",") }));
  const groups = asked.answer?.by === address.by ? asked.answer.groups.filter(({ figures }) => figures.episodes) : null;
  const columns = COLUMNS.map((name) => definitionOf(board, name));
  const valueOf = (group: GroupFigures, column: string): number =>
    column === "episodes" ? group.figures.episodes : column === "change" ? change(group) ?? -2 : (reading(group.figures, definitionOf(board, column)).value ?? -1);
  const sorted = [...(groups ?? [])].sort((one, other) => (valueOf(other, sort.column) - valueOf(one, sort.column)) * (sort.down ? 1 : -1));
  const title = ({ key, title: told }: GroupFigures): string => groupTitle(board, address.by, key, told);
  const list = (group: GroupFigures, metric: string, part?: string): string => listHref(address, { metric, part, filters: { [address.by]: [group.key] } });
  const table: Table = {
    name: `by-${address.by}`,
    head: [t(`by_${address.by}`), t("episodes"), t("change"), ...columns.flatMap((one) => (one.kind === "rate" ? [one.title, t("numerator"), t("denominator")] : [one.title, t("n")]))],
    rows: sorted.map((group) => [
      cell(title(group), group.key),
      cell("", group.figures.episodes),
      cell("", change(group)),
      ...columns.flatMap((one) => {
        const { value, n, of } = reading(group.figures, one);
        return [cell("", value), cell("", n), ...(of === null ? [] : [cell("", of)])];
      }),
    ]),
  };
  const most = Math.max(1, ...sorted.map(({ figures }) => figures.episodes));
  return (
    <Panel
      title={t("groups")}
      kind="groups"
      aside={
        <label class="select">
          <span class="unseen">{t("groups")}</span>
          <select class="field" value={address.by} onChange={(event) => go({ by: event.currentTarget.value as typeof address.by }, true)}>
            {GROUPS.map((by) => (
              <option key={by} value={by}>
                {t(`by_${by}`)}
              </option>
            ))}
          </select>
        </label>
      }
      table={table}
      only="file"
    >
      {groups ? (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("groups")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t(`by_${address.by}`)}</th>
                {[{ name: "episodes", title: t("episodes") }, { name: "change", title: t("change") }, ...columns].map(({ name, title: head }) => (
                  <th scope="col" class="number" key={name} aria-sort={sort.column === name ? (sort.down ? "descending" : "ascending") : "none"}>
                    <button type="button" class="sort" onClick={() => setSort({ column: name, down: sort.column === name ? !sort.down : true })}>
                      {head} <span aria-hidden="true">{sort.column === name ? (sort.down ? "↓" : "↑") : ""}</span>
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {(all ? sorted : sorted.slice(0, FEW)).map((group) => (
                <tr key={group.key}>
                  <th scope="row">{title(group)}</th>
                  <td class="number strong">
                    <span class="amount-bar">
                      <Meter share={group.figures.episodes / most} />
                      <Opens href={list(group, "episodes")}>{numbers.whole(group.figures.episodes)}</Opens>
                    </span>
                  </td>
                  <td class="number quiet">{signedShare(numbers.share, change(group), t("new"))}</td>
                  {columns.map((one) => (
                    <td class="number" key={one.name}>
                      <Figure definition={one} group={group} href={list(group, one.name, one.kind === "rate" ? "numerator" : undefined)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Waiting asked={asked} tall={6} />
      )}
      {sorted.length > FEW && !all ? (
        <button type="button" class="button more" onClick={() => setAll(true)}>
          {t("show_all", { count: sorted.length })}
        </button>
      ) : null}
    </Panel>
  );
}

function Figure({ definition, group, href }: { definition: Definition; group: GroupFigures; href: string }): JSX.Element {
  const { t, numbers } = useBoard();
  const found = reading(group.figures, definition);
  if (found.value === null) return <span class="quiet">–</span>;
  return (
    <>
      {shown(numbers, definition, found.value)}
      <span class="quiet cases">
        <Opens href={href}>{found.of === null ? t("n_cases", { n: found.n }) : t("of", { numerator: found.n, denominator: found.of })}</Opens>
      </span>
    </>
  );
}

const Meter = ({ share }: { share: number }): JSX.Element => (
  <svg class="meter" viewBox="0 0 60 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="mark-now" width={Math.max(1, 60 * share)} height="8" rx="2" />
  </svg>
);

/** Against the period before, as a share of it; null when there was none then. */
const change = ({ figures, previous_episodes }: GroupFigures): number | null => (previous_episodes ? (figures.episodes - previous_episodes) / previous_episodes : null);

const signedShare = (share: (value: number) => string, value: number | null, none: string): string => (value === null ? none : `${value > 0 ? "+" : value < 0 ? "−" : ""}${share(Math.abs(value))}`);
