/** Calendar days as text, `2026-11-21`. Differences are counted at noon UTC, where no clock change can lose a day. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MILLISECONDS = 86_400_000;

/** A local calendar day as text. */
export function dayOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

export const shifted = (day: string, days: number): string => new Date(noon(day) + days * DAY_MILLISECONDS).toISOString().slice(0, 10);

/** Both days included. */
export const length = (from: string, to: string): number => Math.round((noon(to) - noon(from)) / DAY_MILLISECONDS) + 1;

/** Whether there is such a day. */
export const real = (day: string | null): day is string => day !== null && DAY.test(day) && !Number.isNaN(noon(day)) && shifted(day, 0) === day;

/** The period of the same length right before. */
export function previous({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const days = length(from, to);
  return { from: shifted(from, -days), to: shifted(from, -1) };
}
