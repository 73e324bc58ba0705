import type { Json } from "../../base/json.ts";
import type { Calendar, CalendarDay } from "../../ledger/calendar-store.ts";
import type { DocumentCalendar } from "./document-shape.ts";

const WEEKEND = [0, 6];

/** A calendar as it stands in a document: what it was made from, without the holidays themselves. */
export function calendarToDocument({ name, sources }: Pick<Calendar, "name" | "sources">): DocumentCalendar {
  const { weekend, holidays, years, closed, open } = sources;
  return {
    name,
    ...(JSON.stringify(weekend) !== JSON.stringify(WEEKEND) && { weekend: [...weekend] }),
    ...(holidays.length > 0 && {
      holidays: holidays.map(({ country, region }) => ({ country, ...(region !== null && { region }) })),
    }),
    ...(years !== null && { years: { ...years } }),
    ...(closed.length > 0 && { closed: closed.map(dayToDocument) }),
    ...(open.length > 0 && { open: open.map(dayToDocument) }),
  };
}

const dayToDocument = ({ date, name }: CalendarDay) => ({ date, ...(name !== "" && { name }) });

/** What can differ of a calendar; years that the document leaves open are those of the one that is there. */
export function calendarFields(calendar: DocumentCalendar, there: Pick<Calendar, "sources">): Record<string, Json> {
  const days = (given: DocumentCalendar["closed"] = []) =>
    given.map(({ date, name = "" }) => ({ date, name })).sort((a, b) => (a.date < b.date ? -1 : 1));
  const { weekend = WEEKEND, holidays = [], years = there.sources.years } = calendar;
  return {
    weekend: [...weekend].sort((a, b) => a - b),
    holidays: holidays.map(({ country, region = null }) => ({ country, region })),
    years: holidays.length === 0 || years === null ? null : { ...years },
    closed: days(calendar.closed),
    open: days(calendar.open),
  };
}
