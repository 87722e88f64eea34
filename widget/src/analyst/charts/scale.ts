/** Axes: round numbers, and room for their labels. */

/** A round number at or above the largest value. */
export function ceiling(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value > 0 ? value : 1));
  return [1, 2, 4, 6, 8, 10].map((step) => step * unit).find((top) => top >= value * (1 - 1e-9)) ?? value;
}

/** Seconds are round at other numbers. */
export function durationCeiling(seconds: number): number {
  const round = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 432_000, 864_000];
  return round.find((top) => top >= seconds) ?? ceiling(seconds);
}

/** Every n-th of `count` places has room for a label of `room` pixels. */
export const every = (count: number, width: number, room: number): number => Math.max(1, Math.ceil((room * count) / Math.max(1, width)));

/** Lines through the points that are there: a missing one is a gap. Points alone between gaps come apart. */
export function runs(values: readonly (number | null)[]): { lines: [number, number][][]; alone: [number, number][] } {
  const found: [number, number][][] = [];
  let run: [number, number][] = [];
  const close = (): void => {
    if (run.length) found.push(run);
    run = [];
  };
  for (const [index, value] of values.entries()) {
    if (value === null) close();
    else run.push([index, value]);
  }
  close();
  return { lines: found.filter((line) => line.length > 1), alone: found.filter((line) => line.length === 1).flat() };
}
