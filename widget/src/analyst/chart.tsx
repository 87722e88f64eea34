/** Small SVG charts: an axis that starts at zero, direct labels, the arrow keys move a cursor. A table stands beside each. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Bar {
  /** What it is called in full, for the cursor. */
  name: string;
  /** The lower part, and the whole. */
  part: number;
  value: number;
}

/** Before the first measurement; then a chart is as wide as its place, so that its text keeps its size. */
const WIDTH = 960;
/** A label under a bar needs about this many pixels. */
const TICK = 72;
const HEIGHT = 240;
const FLOOR = 212;
const TOP = 14;
const LEFT = 36;

/** A round number at or above the largest value. */
export function ceiling(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 4, 5, 10].map((step) => step * unit).find((top) => top >= value) ?? value;
}

interface DayBarsProps {
  bars: readonly Bar[];
  /** Name of the whole chart for those who do not see it. */
  label: string;
  /** Text under every n-th bar. */
  tick: (bar: Bar) => string;
  /** What the cursor says. */
  say: (bar: Bar) => string;
  number: (value: number) => string;
}

export function DayBars({ bars, label, tick, say, number }: DayBarsProps): JSX.Element {
  const [at, setAt] = useState<number | null>(null);
  const [svg, whole] = useWidth();
  const top = ceiling(Math.max(1, ...bars.map((bar) => bar.value)));
  const slot = (whole - LEFT) / Math.max(1, bars.length);
  const width = Math.max(1, Math.min(36, slot * 0.72));
  const y = (value: number): number => FLOOR - (value / top) * (FLOOR - TOP);
  const every = Math.ceil(TICK / slot);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -bars.length, End: bars.length }[event.key];
    if (!step) return;
    event.preventDefault();
    setAt((now) => Math.min(bars.length - 1, Math.max(0, now === null ? (step < 0 ? bars.length - 1 : 0) : now + step)));
  };
  const current = at === null ? undefined : bars[at];
  return (
    <figure class="chart">
      <svg
        ref={svg}
        viewBox={`0 0 ${whole} ${HEIGHT}`}
        role="application"
        aria-label={label}
        aria-describedby="chart-cursor"
        tabIndex={0}
        onKeyDown={move}
        onBlur={() => setAt(null)}
        onPointerLeave={() => setAt(null)}
        onPointerMove={(event) => setAt(under(event, bars.length))}
      >
        {[0, top / 2, top].map((value) => (
          <g key={value} class="grid">
            <line x1={LEFT} x2={whole} y1={y(value)} y2={y(value)} />
            {Number.isInteger(value) ? (
              <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
                {number(value)}
              </text>
            ) : null}
          </g>
        ))}
        {bars.map((bar, index) => {
          const x = LEFT + slot * (index + 0.5) - width / 2;
          return (
            <g key={bar.name} class={`bar ${index === at ? "at" : ""}`}>
              <rect class="slot" x={LEFT + slot * index} y={TOP} width={slot} height={FLOOR - TOP} />
              <rect class="whole" x={x} y={y(bar.value)} width={width} height={FLOOR - y(bar.value)} rx={Math.min(3, width / 3)} />
              <rect class="part" x={x} y={y(bar.part)} width={width} height={FLOOR - y(bar.part)} rx={Math.min(3, width / 3)} />
              {index % every === 0 ? (
                <text class="tick" x={x + width / 2} y={HEIGHT - 8} text-anchor="middle">
                  {tick(bar)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <figcaption class="cursor">
        <p id="chart-cursor" role="status">
          {current ? say(current) : " "}
        </p>
      </figcaption>
    </figure>
  );
}

/** The bar under the pointer. */
function under(event: PointerEvent, count: number): number | null {
  const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
  const x = event.clientX - box.left - LEFT;
  return x < 0 ? null : Math.min(count - 1, Math.floor((x / (box.width - LEFT)) * count));
}

/** The width of an element on the page, in pixels. */
function useWidth(): [{ current: SVGSVGElement | null }, number] {
  const element = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(WIDTH);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && entry.contentRect.width > 0 && setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

interface Segment {
  name: string;
  count: number;
}

/** One bar that is the whole: its parts sum to 100 %. The list beside it carries the numbers. */
export function Stack({ segments, label }: { segments: readonly Segment[]; label: string }): JSX.Element {
  const sum = segments.reduce((total, { count }) => total + count, 0) || 1;
  let x = 0;
  return (
    <svg class="stack" viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label={label}>
      {segments.map(({ name, count }) => {
        const width = (count / sum) * 1000;
        const from = x;
        x += width;
        // A hair of the ground between two parts, so that they are told apart without colour.
        return width > 0 ? <rect key={name} class={`outcome ${name}`} x={from} y="0" width={Math.max(0.5, x > 999.9 ? width : width - 2)} height="28" /> : null;
      })}
    </svg>
  );
}

/** A share with its interval on a line from 0 to 100 %. */
export function Interval({ value, low, high }: { value: number | null; low: number | null; high: number | null }): JSX.Element {
  return (
    <svg class="interval" viewBox="0 0 208 16" aria-hidden="true">
      <line class="axis" x1="4" x2="204" y1="8" y2="8" />
      {value !== null && low !== null && high !== null ? (
        <>
          <line class="range" x1={4 + 200 * low} x2={4 + 200 * high} y1="8" y2="8" />
          <circle class="point" cx={4 + 200 * value} cy="8" r="5" />
        </>
      ) : null}
    </svg>
  );
}
