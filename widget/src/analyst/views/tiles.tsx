/** The four numbers that people ask for first, each with what it was counted over and what it was before. */
import type { JSX } from "preact";
import type { Sheet } from "./dashboard.tsx";

interface Tile {
  name: string;
  value: string;
  under: string;
  /** Now and before, to compare; `better` says which direction is good. */
  change?: { now: number | null; before: number | null; better: "up" | "down" | "neither"; kind: "share" | "count" };
}

export function Tiles({ t, numbers, loaded: { daily, before } }: Sheet): JSX.Element {
  const { resolution, csat } = daily.rates;
  const wait = daily.durations["queue_wait"];
  const tiles: Tile[] = [
    {
      name: t("tile_episodes"),
      value: numbers.whole(daily.episodes),
      under: t("tile_open", { open: daily.open, spam: daily.spam ?? 0 }),
      change: { now: daily.episodes, before: before?.episodes ?? null, better: "neither", kind: "count" },
    },
    {
      name: t("rate_resolution"),
      value: numbers.share(resolution?.value ?? null),
      under: t("of", { numerator: resolution?.numerator ?? 0, denominator: resolution?.denominator ?? 0 }),
      change: { now: resolution?.value ?? null, before: before?.rates["resolution"]?.value ?? null, better: "up", kind: "share" },
    },
    {
      name: t("tile_wait"),
      value: numbers.duration(wait?.p50 ?? null),
      under: t("tile_wait_under", { count: wait?.n ?? 0, p90: numbers.duration(wait?.p90 ?? null) }),
      change: { now: wait?.p50 ?? null, before: before?.durations["queue_wait"]?.p50 ?? null, better: "down", kind: "count" },
    },
    {
      name: t("rate_csat"),
      value: numbers.share(csat?.value ?? null),
      under: t("tile_csat_under", { count: csat?.denominator ?? 0, share: numbers.share(daily.rates["rating_response"]?.value ?? null) }),
      change: { now: csat?.value ?? null, before: before?.rates["csat"]?.value ?? null, better: "up", kind: "share" },
    },
  ];
  return (
    <ul class="tiles">
      {tiles.map((tile) => (
        <li key={tile.name} class="panel tile">
          <h2>{tile.name}</h2>
          <p class="value">{tile.value}</p>
          <p class="quiet">{tile.under}</p>
          <Change t={t} numbers={numbers} change={tile.change} />
        </li>
      ))}
    </ul>
  );
}

/** Shares change by points, counts by percent; without a number before there is nothing to say. */
function Change({ t, numbers, change }: Pick<Sheet, "t" | "numbers"> & { change: Tile["change"] }): JSX.Element | null {
  if (!change || change.now === null || !change.before) return null;
  const { now, before, better, kind } = change;
  const difference = kind === "share" ? (now - before) * 100 : ((now - before) / before) * 100;
  const rounded = Math.round(difference * 10) / 10;
  const good = rounded === 0 || better === "neither" ? "" : rounded > 0 === (better === "up") ? "good" : "worse";
  const size = kind === "share" ? t("points", { size: Math.abs(rounded) }) : numbers.percent(Math.abs(rounded));
  const key = rounded === 0 ? "change_none" : rounded > 0 ? "change_up" : "change_down";
  return (
    <p class={`change ${good}`}>
      <span aria-hidden="true">{rounded === 0 ? "=" : rounded > 0 ? "↑" : "↓"}</span> {t(key, { size })}
    </p>
  );
}
