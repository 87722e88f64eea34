/** When conversations begin, and when people are asked for. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useAnswer } from "../answers.ts";
import { HeatMap } from "../charts/heat.tsx";
import type { Heat } from "../report.ts";
import { cell, type Table } from "../table.ts";
import { apiPath, listHref, useBoard } from "./board.ts";
import { Panel, Waiting } from "./panel.tsx";

export function BusyHours(): JSX.Element {
  const board = useBoard();
  const { t, numbers, address, go } = board;
  const [of, setOf] = useState<"cells" | "handoffs">("cells");
  const asked = useAnswer<Heat>(apiPath(board, "heat"));
  const cells = asked.answer?.[of];
  const metric = of === "cells" ? "episodes_begun" : "handoffs_begun";
  const list = (weekday: number, hour: number): NonNullable<typeof address.list> => ({ metric, filters: { weekday: [String(weekday)], hour: [String(hour)] } });
  const table: Table | undefined = cells && {
    name: of === "cells" ? "hours" : "hours-handoffs",
    head: [t("by_hour"), ...cells.map((_, weekday) => numbers.weekday(weekday))],
    rows: Array.from({ length: 24 }, (_, hour) => [cell(numbers.hour(hour), hour), ...cells.map((row, weekday) => cell(numbers.whole(row[hour] ?? 0), row[hour] ?? 0, row[hour] ? listHref(address, list(weekday, hour)) : undefined))]),
  };
  const busiest = cells ? peak(cells) : null;
  return (
    <Panel
      title={t("busy_hours")}
      finding={busiest ? t("busy_finding", { day: numbers.weekday(busiest.weekday, "long"), hour: numbers.hour(busiest.hour), zone: address.zone }) : undefined}
      table={table}
      aside={
        <div class="languages" role="group" aria-label={t("busy_of")}>
          {(["cells", "handoffs"] as const).map((one) => (
            <button type="button" key={one} aria-pressed={one === of} onClick={() => setOf(one)}>
              {t(one === "cells" ? "busy_episodes" : "busy_handoffs")}
            </button>
          ))}
        </div>
      }
    >
      {cells ? (
        <HeatMap
          cells={cells}
          label={t("busy_label")}
          day={(weekday) => numbers.weekday(weekday)}
          hour={numbers.hour}
          number={numbers.whole}
          say={(weekday, hour) => t("busy_line", { day: numbers.weekday(weekday, "long"), hour: numbers.hour(hour), count: cells[weekday]?.[hour] ?? 0 })}
          onOpen={(weekday, hour) => go({ list: list(weekday, hour), conversation: null })}
        />
      ) : (
        <Waiting asked={asked} tall={5} />
      )}
    </Panel>
  );
}

function peak(cells: readonly (readonly number[])[]): { weekday: number; hour: number } | null {
  let most = { weekday: 0, hour: 0, value: 0 };
  for (const [weekday, row] of cells.entries()) for (const [hour, value] of row.entries()) if (value > most.value) most = { weekday, hour, value };
  return most.value ? most : null;
}
