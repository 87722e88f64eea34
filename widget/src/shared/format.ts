/** Times, days and waits as the reader's locale writes them. */
export interface Format {
  time(at: string): string;
  /** "Today", "Yesterday", a weekday within a week, else a date. */
  day(at: string, now?: Date): string;
  /** The same of a day to come, in the middle of a sentence: "tomorrow". */
  coming(at: string, now?: Date): string;
  /** Full date and time, for transcripts and titles. */
  moment(at: string): string;
  /** "3 min", never less than one minute. */
  minutes(seconds: number): string;
}

const DAY_MILLISECONDS = 86_400_000;

/** Days from one calendar day to another, in the reader's time zone. */
export function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / DAY_MILLISECONDS);
}

export function formatter(locale: string): Format {
  const time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const capital = (text: string): string => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  return {
    time: (at) => time.format(new Date(at)),
    moment: (at) => moment.format(new Date(at)),
    day(at, now = new Date()) {
      const date = new Date(at);
      const ago = daysBetween(date, now);
      if (ago < 2) return capital(relative.format(-Math.max(ago, 0), "day"));
      const form: Intl.DateTimeFormatOptions = ago < 7 ? { weekday: "long" } : { dateStyle: "long" };
      return capital(new Intl.DateTimeFormat(locale, form).format(date));
    },
    coming(at, now = new Date()) {
      const date = new Date(at);
      const days = daysBetween(now, date);
      if (days < 2) return relative.format(days, "day");
      return new Intl.DateTimeFormat(locale, days < 7 ? { weekday: "long" } : { day: "numeric", month: "long" }).format(date);
    },
    minutes: (seconds) =>
      new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "short" }).format(Math.max(1, Math.round(seconds / 60))),
  };
}
