/** What a draft changes on past messages: each that is answered now, not answered any more, or answered otherwise. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { cell, type Table } from "../table.ts";
import { Panel } from "../views/panel.tsx";
import type { Replay, ReplaySide } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

const KINDS = ["gained", "lost", "changed"] as const;

export function ReplayResult({ replay }: { replay: Replay }): JSX.Element {
  const { t, numbers } = useLaterBoard();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("gained");
  const side = ({ action, entry, confidence }: ReplaySide): string => [t(`action_${action}` as "action_answer"), entry, confidence === null ? null : numbers.share(confidence)].filter(Boolean).join(" · ");
  const rows = replay.rows.filter((row) => row.kind === kind);
  const table: Table = {
    name: "replay",
    head: [t("replay_kind"), t("message"), t("by_language"), t("before"), t("after")],
    rows: replay.rows.map((row) => [cell(t(row.kind), row.kind), cell(row.text), cell(row.language), cell(side(row.before)), cell(side(row.after))]),
  };
  return (
    <Panel title={t("replay_title")} finding={t("replay_finding", { turns: replay.turns, same: replay.same })} table={table} only="file">
      <div class="languages" role="group" aria-label={t("replay_kind")}>
        {KINDS.map((one) => (
          <button type="button" key={one} aria-pressed={one === kind} onClick={() => setKind(one)}>
            {t(one)} {numbers.whole(replay[one])}
          </button>
        ))}
      </div>
      {rows.length ? (
        <ul class="replay">
          {rows.map((row, index) => (
            <li key={index}>
              <p dir="auto" lang={row.language}>
                {row.text}
              </p>
              <p class="quiet">
                <s>{side(row.before)}</s> → <strong>{side(row.after)}</strong>
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet none">{t("replay_none")}</p>
      )}
    </Panel>
  );
}
