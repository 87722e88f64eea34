/** Bars that lie, from zero, longest first; each with its name before it and its number behind it. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useCursor, useWidth } from "./cursor.ts";

export interface Row {
  key: string;
  name: string;
  value: number;
  /** Stands behind the bar. */
  text: string;
}

const ROW = 34;

export function RowBars({ rows, label, onOpen }: { rows: readonly Row[]; label: string; onOpen?: (index: number) => void }): JSX.Element {
  const [svg, width] = useWidth<SVGSVGElement>(420);
  const id = useId().replaceAll(":", "");
  const narrow = width < 420;
  const step = narrow ? ROW + 14 : ROW;
  const longest = Math.max(...rows.map(({ name }) => name.length), 4) * 7.4;
  const left = narrow ? 0 : Math.min(width * 0.45, longest + 12);
  const room = Math.max(...rows.map(({ text }) => text.length), 4) * 7.2 + 12;
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const height = Math.max(1, rows.length) * step;
  const cursor = useCursor({ count: rows.length, under: (_, y) => Math.floor(y / step), onOpen });
  const current = cursor.at === null ? undefined : rows[cursor.at];
  return (
    <div class="rows">
      <svg ref={svg} class="plot" data-chart="" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="application" aria-label={label} aria-describedby={`${id}-cursor`} {...cursor.handlers}>
        {rows.map(({ key, name, value, text }, index) => {
          const long = Math.max(value ? 2 : 0, ((width - left - room) * value) / most);
          const y = index * step + (narrow ? 20 : 6);
          return (
            <g key={key} class={`row ${index === cursor.at ? "at" : ""}`}>
              <rect class="slot" x="0" y={index * step} width={width} height={step} rx="6" />
              <text class="name" x={narrow ? 0 : left - 12} y={narrow ? index * step + 15 : y + 15.5} text-anchor={narrow ? "start" : "end"}>
                {fitting(name, narrow ? width : left - 12)}
              </text>
              <rect class="mark-now" x={left} y={y} width={long} height={22} rx="4" />
              <text class="amount" x={left + long + 8} y={y + 15.5}>
                {text}
              </text>
            </g>
          );
        })}
      </svg>
      <p id={`${id}-cursor`} role="status" class="unseen">
        {current ? `${current.name}: ${current.text}` : ""}
      </p>
    </div>
  );
}

/** As much of a name as has room; the table has it whole. */
const fitting = (name: string, room: number): string => {
  const most = Math.max(6, Math.floor(room / 7.1));
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
};
