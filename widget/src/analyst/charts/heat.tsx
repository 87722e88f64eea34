/** The hours of the week: the darker the more. Each field tells its number to the cursor, and shows it where it fits. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useCursor, useWidth } from "./cursor.ts";
import { every } from "./scale.ts";

interface HeatProps {
  /** Monday first, 24 hours each. */
  cells: readonly (readonly number[])[];
  label: string;
  day: (weekday: number) => string;
  hour: (hour: number) => string;
  number: (value: number) => string;
  say: (weekday: number, hour: number) => string;
  onOpen: (weekday: number, hour: number) => void;
}

const ROW = 30;
const FOOT = 26;
const HEAD = 24;
export const STEPS = 5;

/** 0 for nothing, 1 to `STEPS` by the share of the busiest hour. */
export const heatStep = (value: number, most: number): number => (value <= 0 || most <= 0 ? 0 : Math.min(STEPS, Math.ceil((value / most) * STEPS)));

export function HeatMap({ cells, label, day, hour, number, say, onOpen }: HeatProps): JSX.Element {
  const [svg, width] = useWidth<SVGSVGElement>();
  const id = useId().replaceAll(":", "");
  const left = Math.max(...Array.from({ length: 7 }, (_, weekday) => day(weekday).length)) * 8 + 8;
  const slot = (width - left) / 24;
  const most = Math.max(0, ...cells.flat());
  const height = HEAD + 7 * ROW + FOOT;
  const cursor = useCursor({
    count: 168,
    columns: 24,
    under: (x, y) => (x < left || y < HEAD || y >= HEAD + 7 * ROW ? null : Math.floor((y - HEAD) / ROW) * 24 + Math.min(23, Math.floor((x - left) / slot))),
    onOpen: (at) => onOpen(Math.floor(at / 24), at % 24),
  });
  const step = every(24, width - left, 58);
  return (
    <div class="heat">
      <svg ref={svg} class="plot" data-chart="" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="application" aria-label={label} aria-describedby={`${id}-cursor`} {...cursor.handlers}>
        {Array.from({ length: 24 }, (_, at) =>
          at % step === 0 ? (
            <text key={at} class="tick" x={left + slot * at + 2} y="14">
              {hour(at)}
            </text>
          ) : null,
        )}
        {cells.map((row, weekday) => (
          <g key={weekday}>
            <text class="tick" x={left - 10} y={HEAD + ROW * weekday + 19} text-anchor="end">
              {day(weekday)}
            </text>
            {row.map((value, at) => (
              <g key={at} class={`cell h${heatStep(value, most)} ${weekday * 24 + at === cursor.at ? "at" : ""}`}>
                <rect x={left + slot * at + 1} y={HEAD + ROW * weekday + 1} width={Math.max(1, slot - 2)} height={ROW - 2} rx="4" />
                {slot > 8 + 7 * number(value).length && value ? (
                  <text x={left + slot * (at + 0.5)} y={HEAD + ROW * weekday + 19.5} text-anchor="middle">
                    {number(value)}
                  </text>
                ) : null}
              </g>
            ))}
          </g>
        ))}
        <g class="heat-key">
          <text class="tick" x={width - 5 * 22 - 10 - number(most).length * 8} y={height - 4} text-anchor="end">
            {number(0)}
          </text>
          {Array.from({ length: STEPS }, (_, step) => (
            <g key={step} class={`cell h${step + 1}`}>
              <rect x={width - (STEPS - step) * 22 - 4 - number(most).length * 8} y={height - 14} width="20" height="12" rx="3" />
            </g>
          ))}
          <text class="tick" x={width} y={height - 4} text-anchor="end">
            {number(most)}
          </text>
        </g>
      </svg>
      <p id={`${id}-cursor`} role="status" class="reading">
        {cursor.at === null ? " " : say(Math.floor(cursor.at / 24), cursor.at % 24)}
      </p>
    </div>
  );
}
