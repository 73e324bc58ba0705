import type { CalendarInput, CalendarView, HolidaySource } from "../../../services/wire.ts";
import { type DraftDays, type NamedDays, ownDays } from "./draft.ts";

/** A calendar as it is typed. */
export interface CalendarDraft extends DraftDays {
  name: string;
  holidays: readonly HolidaySource[];
  years: { from: number; to: number };
  version: number | undefined;
}

/** How many years a new calendar's holidays reach. */
const yearsAhead = 2;

const named = (days: readonly { date: string; name: string }[]): NamedDays =>
  Object.fromEntries(days.map(({ date, name }) => [date, name]));

export function draftOf(calendar: CalendarView | undefined, thisYear: number): CalendarDraft {
  return {
    name: calendar?.name ?? "",
    weekend: calendar?.weekend ?? [0, 6],
    holidays: calendar?.holidays ?? [],
    years: calendar?.years ?? { from: thisYear, to: thisYear + yearsAhead },
    closed: named(calendar?.closed ?? []),
    open: named(calendar?.open ?? []),
    version: calendar?.version,
  };
}

export const holidaysOf = (calendar: Pick<CalendarView, "holidayDays"> | undefined): NamedDays =>
  named(calendar?.holidayDays ?? []);

export function inputOf({ name, weekend, holidays, years, version, ...days }: CalendarDraft): CalendarInput {
  const of = (kind: "closed" | "open") =>
    ownDays(days)
      .filter((day) => day.kind === kind)
      .map((day) => ({ date: day.date, name: day.name }));
  return {
    name: name.trim(),
    weekend: [...weekend],
    holidays: [...holidays],
    ...(holidays.length > 0 && { years }),
    closed: of("closed"),
    open: of("open"),
    ...(version !== undefined && { version }),
  };
}
