/** A value with its interval, and the benchmark, on a line that begins at its least and ends at its most. */
import type { JSX } from "preact";

interface IntervalProps {
  value: number | null;
  low: number | null;
  high: number | null;
  least?: number;
  most?: number;
  benchmark?: number | undefined;
}

const WIDTH = 200;

export function Interval({ value, low, high, least = 0, most = 1, benchmark }: IntervalProps): JSX.Element {
  const x = (amount: number): number => 4 + (WIDTH * (Math.min(most, Math.max(least, amount)) - least)) / (most - least);
  return (
    <svg class="interval" viewBox={`0 0 ${WIDTH + 8} 16`} preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="4" x2={WIDTH + 4} y1="8" y2="8" />
      {value !== null && low !== null && high !== null ? <line class="range" x1={x(low)} x2={x(high)} y1="8" y2="8" /> : null}
      {benchmark === undefined ? null : <line class="bench" x1={x(benchmark)} x2={x(benchmark)} y1="1" y2="15" />}
      {value === null ? null : <line class="point" x1={x(value)} x2={x(value)} y1="3" y2="13" />}
    </svg>
  );
}

/** A few numbers over time, without an axis: only their shape. */
export function Spark({ values }: { values: readonly number[] }): JSX.Element {
  const most = Math.max(1, ...values);
  const slot = 120 / Math.max(1, values.length);
  return (
    <svg class="spark" viewBox="0 0 120 28" preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="0" x2="120" y1="27.5" y2="27.5" />
      {values.map((value, index) => (
        <rect key={index} class="mark-now" x={slot * index + slot * 0.1} y={27 - (26 * value) / most} width={Math.max(0.5, slot * 0.8)} height={(26 * value) / most} />
      ))}
    </svg>
  );
}
