/** Numbers as the reader's locale writes them. */
export interface Numbers {
  whole(value: number): string;
  /** A share of one, one decimal. */
  share(value: number | null): string;
  /** Percent that are percent already, one decimal. */
  percent(value: number): string;
  /** "1 h 12 min", "4 min 10 s", "38 s"; a dash without a value. */
  duration(seconds: number | null): string;
  day(day: string): string;
  shortDay(day: string): string;
}

const DASH = "–";

export function numbersFor(locale: string): Numbers {
  const whole = new Intl.NumberFormat(locale);
  const fixed = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const unit = (name: string): Intl.NumberFormat => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" });
  const [seconds, minutes, hours, days] = ["second", "minute", "hour", "day"].map(unit) as [Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat];
  const long = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const short = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const date = (day: string): Date => new Date(`${day.slice(0, 10)}T12:00:00Z`);
  return {
    whole: (value) => whole.format(value),
    share: (value) => (value === null ? DASH : fixed.format(value)),
    percent: (value) => fixed.format(value / 100),
    duration(value) {
      if (value === null) return DASH;
      const total = Math.round(value);
      if (total < 60) return seconds.format(total);
      if (total < 3_600) return parts(minutes, Math.floor(total / 60), seconds, total % 60);
      if (total < 172_800) return parts(hours, Math.floor(total / 3_600), minutes, Math.floor((total % 3_600) / 60));
      return days.format(Math.round(total / 86_400));
    },
    day: (day) => long.format(date(day)),
    shortDay: (day) => short.format(date(day)),
  };
}

const parts = (large: Intl.NumberFormat, much: number, small: Intl.NumberFormat, little: number): string =>
  little ? `${large.format(much)} ${small.format(little)}` : large.format(much);
