/** Numbers as the reader's locale writes them. */
export interface Numbers {
  whole(value: number): string;
  /** One decimal at most. */
  decimal(value: number): string;
  /** A share of one, one decimal. */
  share(value: number | null): string;
  /** Percent that are percent already, one decimal. */
  percent(value: number): string;
  /** With its sign, also a plus. */
  signed(value: number): string;
  /** "1 h 12 min", "4 min 10 s", "38 s", "0.4 s"; a dash without a value. */
  duration(seconds: number | null): string;
  /** Whole hours, from ten minutes on; for sums of working time. */
  hours(seconds: number): string;
  day(day: string): string;
  shortDay(day: string): string;
  month(day: string): string;
  /** Monday is 0. */
  weekday(number: number, form?: "long" | "short" | "narrow"): string;
  hour(hour: number): string;
  moment(at: string, zone: string): string;
  language(code: string): string;
}

export const DASH = "–";
const MONDAY = Date.UTC(2024, 0, 1);

export function numbersFor(locale: string): Numbers {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const fixed = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
  const unit = (name: string, digits = 0): Intl.NumberFormat => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: name === "day" ? "long" : "narrow", maximumFractionDigits: digits });
  const [seconds, minutes, hours, days, tenths] = [unit("second"), unit("minute"), unit("hour"), unit("day"), unit("second", 1)];
  const dated = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const [long, short, month] = [dated({ dateStyle: "medium" }), dated({ day: "numeric", month: "short" }), dated({ month: "long", year: "numeric" })];
  const languages = new Intl.DisplayNames(locale, { type: "language", fallback: "code" });
  const date = (day: string): Date => new Date(`${day.slice(0, 10)}T12:00:00Z`);
  const capital = (text: string): string => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  return {
    whole: (value) => whole.format(value),
    decimal: (value) => decimal.format(value),
    share: (value) => (value === null ? DASH : fixed.format(value)),
    percent: (value) => fixed.format(value / 100),
    signed: (value) => signed.format(value),
    duration(value) {
      if (value === null) return DASH;
      if (value < 10 && value % 1) return tenths.format(value);
      const total = Math.round(value);
      if (total < 60) return seconds.format(total);
      if (total < 3_600) return parts(minutes, Math.floor(total / 60), seconds, total % 60);
      if (total < 172_800) return parts(hours, Math.floor(total / 3_600), minutes, Math.floor((total % 3_600) / 60));
      return days.format(Math.round(total / 86_400));
    },
    hours: (value) => (value < 600 ? minutes.format(Math.round(value / 60)) : value < 36_000 ? unit("hour", 1).format(value / 3_600) : hours.format(Math.round(value / 3_600))),
    day: (day) => long.format(date(day)),
    shortDay: (day) => short.format(date(day)),
    month: (day) => capital(month.format(date(day))),
    weekday: (number, form = "short") => capital(dated({ weekday: form }).format(MONDAY + number * 86_400_000)),
    hour: (hour) => dated({ hour: "numeric", minute: "2-digit" }).format(MONDAY + hour * 3_600_000),
    moment: (at, zone) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(new Date(at)),
    language(code) {
      try {
        return capital(languages.of(code) ?? code);
      } catch {
        return code;
      }
    },
  };
}

const parts = (large: Intl.NumberFormat, much: number, small: Intl.NumberFormat, little: number): string =>
  little ? `${large.format(much)} ${small.format(little)}` : large.format(much);
