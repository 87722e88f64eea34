/** Something over time: bars from zero for counts, a line for shares and times; the period before is dashed. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { useCursor, useWidth } from "./cursor.ts";
import { every, runs } from "./scale.ts";

export interface SeriesPoint {
  /** What stands under it. */
  tick: string;
  /** Null: nothing was counted, which is a gap and not zero. */
  now: number | null;
  before: number | null;
}

interface SeriesProps {
  points: readonly SeriesPoint[];
  kind: "bars" | "line";
  bottom: number;
  top: number;
  format: (value: number) => string;
  /** Name of the whole chart for those who do not see it. */
  label: string;
  names: { now: string; before: string };
  benchmark?: { value: number; label: string } | undefined;
  /** The last point is not over yet. */
  unfinished: boolean;
  say: (index: number) => ComponentChildren;
  onOpen?: ((index: number) => void) | undefined;
}

const HEIGHT = 264;
const TOP = 22;
const FLOOR = 232;
const TICK = 76;

export function SeriesChart({ points, kind, bottom, top, format, label, names, benchmark, unfinished, say, onOpen }: SeriesProps): JSX.Element {
  const [svg, width] = useWidth<SVGSVGElement>();
  const hatch = useId().replaceAll(":", "");
  const marks = [top, (top + bottom) / 2, bottom];
  const left = 14 + Math.max(...marks.map((mark) => format(mark).length)) * 7.4;
  const slot = (width - left - 8) / Math.max(1, points.length);
  const x = (index: number): number => left + slot * (index + 0.5);
  const y = (value: number): number => FLOOR - ((Math.min(top, Math.max(bottom, value)) - bottom) / (top - bottom)) * (FLOOR - TOP);
  const cursor = useCursor({ count: points.length, under: (px) => (px < left ? null : Math.floor((px - left) / slot)), onOpen });
  const step = every(points.length, width - left, TICK);
  const current = cursor.at === null ? undefined : points[cursor.at];
  const beside = cursor.at !== null && x(cursor.at) > width / 2;
  return (
    <div class="series">
      <svg ref={svg} class="plot" data-chart="" width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="application" aria-label={label} aria-describedby={`${hatch}-cursor`} {...cursor.handlers}>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="ground" width="6" height="6" />
          <rect class="bar" width="2.5" height="6" />
        </pattern>
        {marks.map((mark) => (
          <g key={mark} class="grid">
            <line x1={left} x2={width} y1={y(mark)} y2={y(mark)} class={mark === 0 ? "zero" : ""} />
            <text x={left - 8} y={y(mark) + 4} text-anchor="end">
              {format(mark)}
            </text>
          </g>
        ))}
        {points.map(({ tick }, index) =>
          index % step === 0 && (index + step < points.length + step / 2 || index === 0) ? (
            <text key={index} class="tick" x={Math.min(width - 24, x(index))} y={HEIGHT - 10} text-anchor="middle">
              {tick}
            </text>
          ) : null,
        )}
        {cursor.at === null ? null : <line class="hair" x1={x(cursor.at)} x2={x(cursor.at)} y1={TOP - 6} y2={FLOOR} />}
        {kind === "bars" ? <Bars {...{ points, slot, x, y, unfinished, hatch, at: cursor.at }} /> : null}
        <Line values={points.map((point) => point.before)} {...{ x, y }} kind="before" />
        {kind === "line" ? <Line values={points.map((point) => point.now)} {...{ x, y, unfinished }} kind="now" floor={y(Math.max(0, bottom))} /> : null}
        {benchmark && benchmark.value <= top && benchmark.value >= bottom ? (
          <g class="benchmark">
            <line x1={left} x2={width} y1={y(benchmark.value)} y2={y(benchmark.value)} />
            <Label text={benchmark.label} x={left + 6} y={y(benchmark.value) - 6} anchor="start" />
          </g>
        ) : null}
        {kind === "bars" ? points.some(({ before }) => before !== null) ? <Key names={names} width={width} /> : null : <DirectLabels {...{ points, x, y, names, width, top: benchmark ? y(benchmark.value) : null }} />}
        {current && current.before !== null ? <circle class="dot-before" cx={x(cursor.at ?? 0)} cy={y(current.before)} r="3.5" /> : null}
        {current && current.now !== null && kind === "line" ? <circle class="dot-now" cx={x(cursor.at ?? 0)} cy={y(current.now)} r="4.5" /> : null}
      </svg>
      <div id={`${hatch}-cursor`} role="status" class={`tip ${beside ? "beside" : ""} ${cursor.at === null ? "idle" : ""}`} style={{ "inset-inline-start": `${cursor.at === null ? 0 : Math.round(x(cursor.at))}px` }}>
        {cursor.at === null ? null : say(cursor.at)}
      </div>
    </div>
  );
}

interface Placed {
  x: (index: number) => number;
  y: (value: number) => number;
}

function Bars({ points, slot, x, y, unfinished, hatch, at }: Placed & { points: readonly SeriesPoint[]; slot: number; unfinished: boolean; hatch: string; at: number | null }): JSX.Element {
  const wide = Math.max(1, Math.min(40, slot * 0.7));
  return (
    <>
      {points.map(({ now }, index) =>
        now ? (
          <rect
            key={index}
            class={`bar ${index === at ? "at" : ""}`}
            x={x(index) - wide / 2}
            y={y(now)}
            width={wide}
            height={y(0) - y(now)}
            rx={Math.min(3, wide / 3)}
            {...(unfinished && index === points.length - 1 ? { style: { fill: `url(#${hatch})` } } : {})}
          />
        ) : null,
      )}
    </>
  );
}

const path = (line: readonly [number, number][], { x, y }: Placed): string => line.map(([index, value], place) => `${place ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");

function Line({ values, kind, floor, unfinished, ...placed }: Placed & { values: readonly (number | null)[]; kind: "now" | "before"; floor?: number; unfinished?: boolean }): JSX.Element {
  const whole = unfinished && values.length > 1 ? values.slice(0, -1) : values;
  const { lines, alone } = runs(whole);
  const [last, open] = [values.at(-2), values.at(-1)];
  return (
    <g>
      {floor === undefined ? null : lines.map((line) => <path key={line[0]?.[0]} class="area" d={`${path(line, placed)}L${placed.x(line.at(-1)?.[0] ?? 0)} ${floor}L${placed.x(line[0]?.[0] ?? 0)} ${floor}Z`} />)}
      {lines.map((line) => (
        <path key={line[0]?.[0]} class={`line-${kind}`} d={path(line, placed)} />
      ))}
      {alone.map(([index, value]) => (
        <circle key={index} class={`dot-${kind}`} cx={placed.x(index)} cy={placed.y(value)} r="3" />
      ))}
      {unfinished && last != null && open != null ? <path class={`line-${kind} open`} d={path([[values.length - 2, last], [values.length - 1, open]], placed)} /> : null}
      {unfinished && last == null && open != null ? <circle class={`dot-${kind}`} cx={placed.x(values.length - 1)} cy={placed.y(open)} r="3" /> : null}
    </g>
  );
}

/** Names beside the lines, where there is room: no legend to look up. */
function DirectLabels({ points, x, y, names, width, top }: Placed & { points: readonly SeriesPoint[]; names: { now: string; before: string }; width: number; top: number | null }): JSX.Element | null {
  const last = (of: "now" | "before"): number => points.findLastIndex((point) => point[of] !== null);
  const [now, before] = [last("now"), last("before")];
  if (now < 0 || width < 480) return null;
  const at = (index: number, of: "now" | "before"): number => y(points[index]?.[of] ?? 0);
  const nowAt = at(now, "now") - 10;
  let beforeAt = before < 0 ? 0 : at(before, "before") - 10;
  if (before >= 0 && Math.abs(nowAt - beforeAt) < 16) beforeAt = nowAt < beforeAt ? nowAt + 26 : nowAt - 16;
  if (top !== null && Math.abs(beforeAt - top) < 12) beforeAt += beforeAt < top ? -10 : 14;
  return (
    <>
      <Label kind="now" text={names.now} x={Math.min(width - 6, x(now) + 4)} y={Math.max(12, nowAt)} anchor="end" />
      {before < 0 ? null : <Label kind="before" text={names.before} x={Math.min(width - 6, x(before) + 4)} y={Math.min(FLOOR - 4, Math.max(12, beforeAt))} anchor="end" />}
    </>
  );
}

/** Over bars a name would hide them: both names stand above, each with its mark. */
function Key({ names: { now, before }, width }: { names: { now: string; before: string }; width: number }): JSX.Element {
  const second = width - 8 - before.length * 6.6;
  const first = second - 44 - now.length * 6.6;
  return (
    <g class="chart-key">
      <rect class="bar" x={first - 16} y="2" width="10" height="10" rx="2" />
      <text x={first} y="11">
        {now}
      </text>
      <path class="line-before" d={`M${second - 28} 7h22`} />
      <text x={second} y="11">
        {before}
      </text>
    </g>
  );
}

const Label = ({ text, x, y, anchor, kind = "line" }: { text: string; x: number; y: number; anchor: "start" | "end"; kind?: string }): JSX.Element => (
  <text class={`direct ${kind}`} x={x} y={y} text-anchor={anchor}>
    {text}
  </text>
);
