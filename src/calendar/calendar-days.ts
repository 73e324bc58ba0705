import { MS_PER_DAY, weekdayOf } from "../schedule/civil-date.ts";

/** Which dates are business days: all but the weekend and the closed ones, and the open ones whatever else they are. */
export interface CalendarDays {
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekend: readonly number[];
  /** `YYYY-MM-DD` and what the day is called. */
  readonly closed: Readonly<Record<string, string>>;
  /** `YYYY-MM-DD`: business days although they lie on a weekend or a holiday. */
  readonly open: readonly string[];
}

/** What becomes of a time on a day that is closed: dropped, or moved to the business day before or after it. */
export const calendarRules = ["skip", "previous", "next"] as const;
export type CalendarRule = (typeof calendarRules)[number];

/** Days, counted from 1970-01-01, as a calendar sees them. */
export interface BusinessDays {
  isOpen(day: number): boolean;
  /** The first day at or after `day` that is open (or closed); undefined when there is none. */
  next(day: number, open: boolean): number | undefined;
  /** The last day at or before `day` that is open (or closed). */
  previous(day: number, open: boolean): number | undefined;
}

/** The business days of a calendar. Beyond the first and the last date that it lists, only the weekend counts. */
export function businessDays({ weekend, closed, open }: CalendarDays): BusinessDays {
  const listed = new Map<number, boolean>();
  for (const date of Object.keys(closed)) listed.set(dayOfDate(date), false);
  for (const date of open) listed.set(dayOfDate(date), true);
  const days = [...listed.keys()];
  const first = days.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = days.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const isOpen = (day: number) => listed.get(day) ?? !weekend.includes(weekdayOf(day));
  return {
    isOpen,
    next(day, wanted) {
      // Beyond the listed dates each week is like the next.
      const end = Math.max(day, last) + 7;
      for (let at = day; at <= end; at += 1) if (isOpen(at) === wanted) return at;
      return undefined;
    },
    previous(day, wanted) {
      const end = Math.min(day, first) - 7;
      for (let at = day; at >= end; at -= 1) if (isOpen(at) === wanted) return at;
      return undefined;
    },
  };
}

/** The day of a date `YYYY-MM-DD`, counted from 1970-01-01. */
export function dayOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY;
}

/** The date `YYYY-MM-DD` of a day. */
export function dateOfDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}
