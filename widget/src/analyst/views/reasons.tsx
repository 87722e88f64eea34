/** Why people were asked for. */
import type { JSX } from "preact";
import { useAnswer } from "../answers.ts";
import { RowBars } from "../charts/rows.tsx";
import { reading, shown } from "../figures.ts";
import { type GroupFigures, type Overview, percentages } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { apiPath, definitionOf, listHref, named, useBoard } from "./board.ts";
import { Cases, HowCounted } from "./figure.tsx";
import { Panel, Waiting } from "./panel.tsx";

const CAME = ["sla", "abandoned_in_queue", "first_response_human", "agent_resolution"] as const;

/** How those fared who asked. */
function WhatCame({ told }: { told: Overview }): JSX.Element {
  const board = useBoard();
  return (
    <ul class="facts-list">
      {CAME.map((name) => {
        const definition = definitionOf(board, name);
        return (
          <li key={name}>
            <span class="with-sign">
              {definition.title}
              <HowCounted told={told} definition={definition} />
            </span>
            <span class="quiet">
              <Cases told={told} definition={definition} />
            </span>
            <strong>{shown(board.numbers, definition, reading(told, definition).value)}</strong>
          </li>
        );
      })}
    </ul>
  );
}

export function Reasons({ told }: { told: Overview | null }): JSX.Element {
  const board = useBoard();
  const { t, numbers, address, go } = board;
  const asked = useAnswer<{ groups: GroupFigures[] }>(apiPath(board, "groups", { by: "handoff_reason", figures: "handoff" }));
  const groups = asked.answer?.groups.filter(({ key, figures }) => key !== "none" && figures.episodes) ?? [];
  const shares = percentages(groups.map(({ figures }) => figures.episodes));
  const list = (key: string): NonNullable<typeof address.list> => ({ metric: "handoff", part: "numerator", filters: { handoff_reason: [key] } });
  const table: Table = {
    name: "handoff-reasons",
    head: [t("by_handoff_reason"), t("n"), t("share"), t("before")],
    rows: groups.map(({ key, figures, previous_episodes }, index) => [
      cell(named(t, "handoff_reason", key), key),
      cell(numbers.whole(figures.episodes), figures.episodes, listHref(address, list(key))),
      cell(numbers.percent(shares[index] ?? 0), shares[index]),
      cell(numbers.whole(previous_episodes), previous_episodes),
    ]),
  };
  const first = groups[0];
  const rate = told?.rates["handoff"];
  return (
    <Panel title={t("reasons")} finding={first ? t("reasons_finding", { reason: named(t, "handoff_reason", first.key), share: numbers.percent(shares[0] ?? 0) }) : undefined} table={table}>
      {!asked.answer ? (
        <Waiting asked={asked} tall={4} />
      ) : groups.length ? (
        <RowBars
          label={t("reasons_label")}
          rows={groups.map(({ key, figures }, index) => ({ key, name: named(t, "handoff_reason", key), value: figures.episodes, text: `${numbers.whole(figures.episodes)} · ${numbers.percent(shares[index] ?? 0)}` }))}
          onOpen={(index) => go({ list: list(groups[index]?.key ?? ""), conversation: null })}
        />
      ) : (
        <p class="quiet none">{t("reasons_none")}</p>
      )}
      {told && groups.length ? <WhatCame told={told} /> : null}
      {rate && groups.length ? <p class="quiet note">{t("reasons_rate", { share: numbers.share(rate.value), numerator: rate.numerator, denominator: rate.denominator })}</p> : null}
    </Panel>
  );
}
