import type { CalendarRule } from "../calendar/calendar-days.ts";
import { HOLIDAY_YEARS, holidaysOf } from "../calendar/holidays.ts";
import type { PreviewRequest } from "./preview-schedule.ts";

/** The years around the one that is asked about: times may be moved into the one before, and a preview reaches some years ahead. */
const YEARS = { before: 1, after: 3 };

/**
 * A calendar that nobody saved, for a preview: closed on weekends and on the public holidays of a country (`JP`) or a part of one
 * (`DE/BY`).
 *
 * @throws HyoshiError `unknown_holidays`
 */
export async function officeCalendar(
  source: string,
  year: number,
  rule: CalendarRule,
): Promise<NonNullable<PreviewRequest["calendar"]>> {
  const [country = "", ...region] = source.split("/");
  const within = (wanted: number) => Math.min(Math.max(wanted, HOLIDAY_YEARS.from), HOLIDAY_YEARS.to);
  const years = { from: within(year - YEARS.before), to: within(year + YEARS.after) };
  const days = await holidaysOf({ country, region: region.length === 0 ? null : region.join("/") }, years);
  const closed = Object.fromEntries(days.map(({ date, name }) => [date, name]));
  return { id: 0, version: 0, rule, name: source, days: { weekend: [0, 6], closed, open: [] } };
}
