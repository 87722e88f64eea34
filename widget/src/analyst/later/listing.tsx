/** The very conversations that a number counts: as many as the number says. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { FILTERS, type List, listQuery } from "../address.ts";
import { ask, useAnswer } from "../answers.ts";
import { shown } from "../figures.ts";
import { definitionOf, groupTitle, hrefOf, listHref, named } from "../views/board.ts";
import { Opens } from "../views/links.tsx";
import { Swatch } from "../views/outcomes.tsx";
import { Waiting } from "../views/panel.tsx";
import type { EpisodeList, EpisodeRow } from "./shapes.ts";
import { useLaterBoard } from "./words.ts";

const PAGE = "50";

export function EpisodeListing({ list }: { list: List }): JSX.Element {
  const board = useLaterBoard();
  const { t, numbers, address } = board;
  const path = (after?: string): string => {
    const query = listQuery(address, list);
    query.set("limit", PAGE);
    if (after) query.set("after", after);
    return `/api/analytics/episodes?${query}`;
  };
  const asked = useAnswer<EpisodeList>(path());
  const [more, setMore] = useState<EpisodeList | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setMore(null), [asked.answer]);
  const first = asked.answer;
  const rows = [...(first?.rows ?? []), ...(more?.rows ?? [])];
  const next = more ? more.next : first?.next;
  const fetchMore = async (): Promise<void> => {
    if (!next) return;
    setBusy(true);
    try {
      const told = await ask<EpisodeList>(path(next));
      setMore((before) => ({ ...told, rows: [...(before?.rows ?? []), ...told.rows] }));
    } finally {
      setBusy(false);
    }
  };
  const definition = definitionOf(board, list.metric);
  const turns = definition.unit === "turn" || definition.unit === "answer";
  return (
    <>
      <div class="list-head">
        <p class="list-metric">
          {definition.title}
          {narrowed(board, list).map((text) => (
            <span class="chip small" key={text}>
              {text}
            </span>
          ))}
        </p>
        {definition.kind === "rate" ? <Parts list={list} parts={["numerator", "denominator", ...(definition.parts ?? [])]} /> : null}
        <p class="list-count" role="status">
          {first ? t(turns ? "list_turns" : list.metric === "open" ? "list_open" : "list_count", { count: first.n }) : " "}
        </p>
        {definition.text ? <p class="quiet">{definition.text}</p> : null}
      </div>
      {first ? (
        <ul class="episodes">
          {rows.map((row) => (
            <li key={row.id}>
              <Row row={row} value={row.value === undefined ? null : shown(numbers, definition, row.value)} />
            </li>
          ))}
        </ul>
      ) : (
        <Waiting asked={asked} tall={6} />
      )}
      {next ? (
        <button type="button" class="button more" disabled={busy} onClick={() => void fetchMore()}>
          {t("list_more", { left: (first?.n ?? 0) - rows.length })}
        </button>
      ) : null}
    </>
  );
}

/** What the mark added to the page's own question. */
function narrowed(board: ReturnType<typeof useLaterBoard>, list: List): string[] {
  const { numbers, address } = board;
  const days = list.from ? [list.to && list.to !== list.from ? `${numbers.shortDay(list.from)} – ${numbers.shortDay(list.to)}` : numbers.day(list.from)] : [];
  return [...days, ...FILTERS.flatMap((name) => (list.filters?.[name] ?? address.filters[name] ?? []).map((key) => groupTitle(board, name, key)))];
}

function Parts({ list, parts }: { list: List; parts: readonly string[] }): JSX.Element {
  const { t, address } = useLaterBoard();
  return (
    <div class="languages" role="group" aria-label={t("list_part")}>
      {parts.map((part) => (
        <Opens key={part} kind={`part ${(list.part ?? "numerator") === part ? "chosen" : ""}`} href={listHref(address, { ...list, part })}>
          {t(part as "numerator")}
        </Opens>
      ))}
    </div>
  );
}

function Row({ row, value }: { row: EpisodeRow; value: string | null }): JSX.Element {
  const board = useLaterBoard();
  const { t, numbers, address } = board;
  const meta = [
    row.ended_at ? numbers.moment(row.ended_at, address.zone) : null,
    row.language ? numbers.language(row.language) : null,
    row.topic ? groupTitle(board, "topic", row.topic) : null,
    row.agent ?? null,
    row.csat ? t("rated", { csat: row.csat }) : null,
  ].filter(Boolean);
  return (
    <Opens kind="episode" href={hrefOf(address, { conversation: `${row.conversation_id}:${row.episode}` })}>
      <span class="quote" dir="auto" lang={row.language}>
        {row.quote === null || row.quote === undefined ? <em>{t("deleted_words")}</em> : row.quote}
      </span>
      {value ? <span class="episode-value">{value}</span> : null}
      <span class="quiet meta">
        {row.outcome ? (
          <span class="outcome-name">
            <Swatch name={row.outcome} /> {named(t, "outcome", row.outcome)}
            {row.first_outcome && row.first_outcome !== row.outcome ? ` (${t("revised_from", { outcome: named(t, "outcome", row.first_outcome) })})` : ""}
          </span>
        ) : null}
        {meta.join(" · ")}
      </span>
    </Opens>
  );
}
