import type { Instant } from "../base/clock.ts";
import { isHyoshiError } from "../base/error.ts";
import { atMostCharacters, atMostEntries, faultWords } from "../base/fault-words.ts";
import { type FieldError, fieldErrorOf, pointer } from "../base/field-error.ts";
import { dateOfDay, dayOfDate } from "../calendar/calendar-days.ts";
import { type HolidaySource, holidaysOf } from "../calendar/holidays.ts";
import type { CalendarDay, CalendarDraft, CalendarSources } from "../ledger/calendar-store.ts";
import type { Report } from "./value-check.ts";

/** A calendar as somebody gave it. */
export interface CalendarInput {
  readonly name: string;
  /** 0 for Sunday to 6 for Saturday. Default: Saturday and Sunday. */
  readonly weekend?: readonly number[] | undefined;
  readonly holidays?: readonly { readonly country: string; readonly region?: string | null | undefined }[] | undefined;
  /** Whose holidays are taken over, both included. Default: this one and the two after it. */
  readonly years?: { readonly from: number; readonly to: number } | undefined;
  readonly closed?: readonly { readonly date: string; readonly name?: string | undefined }[] | undefined;
  readonly open?: readonly { readonly date: string; readonly name?: string | undefined }[] | undefined;
}

const LONGEST_NAME = 200;
const MOST_DAYS = 5_000;
const MOST_SOURCES = 20;
const MOST_YEARS = 50;
const YEARS_AHEAD = 2;

/** The calendar as it is stored, with its holidays looked up, and everything that is wrong with what was given. */
export async function checkCalendar(
  given: CalendarInput,
  now: Instant,
): Promise<{ draft: CalendarDraft; errors: readonly FieldError[] }> {
  const errors: FieldError[] = [];
  const report: Report = (...more) => {
    errors.push(...more);
  };
  const name = given.name.trim();
  if (name === "") report({ path: "/name", code: "required", detail: "is required", text: faultWords.required });
  if (name.length > LONGEST_NAME) {
    const accepted = `at most ${LONGEST_NAME} characters`;
    const detail = `is too long: expected ${accepted}`;
    report({ path: "/name", code: "too_large", detail, accepted, text: atMostCharacters(LONGEST_NAME) });
  }
  const weekend = checkWeekend(given.weekend ?? [0, 6], report);
  const closed = checkDays("/closed", given.closed ?? [], report);
  const open = checkDays("/open", given.open ?? [], report);
  const closedDates = new Set(closed.map(({ date }) => date));
  open.forEach(({ date }, index) => {
    if (closedDates.has(date)) report(bothWays(pointer("/open", index, "date"), date));
  });
  const holidays = checkSources(given.holidays ?? [], report);
  const years = holidays.length === 0 ? null : checkYears(given.years, now, report);
  const holidayDays = years === null ? [] : await holidayDaysOf(holidays, years, report);
  const sources: CalendarSources = { weekend, holidays, years, holidayDays, closed, open };
  return { draft: { name, sources, days: daysOf(sources) }, errors };
}

function daysOf({ weekend, holidayDays, closed, open }: CalendarSources): CalendarDraft["days"] {
  const names = [...holidayDays, ...closed].map(({ date, name }) => [date, name] as const);
  return {
    weekend,
    closed: Object.fromEntries(names.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
    open: open.map(({ date }) => date),
  };
}

function checkWeekend(weekend: readonly number[], report: Report): readonly number[] {
  const days = [...new Set(weekend)].sort();
  if (days.length === 7) {
    const accepted = "at most six days";
    report({
      path: "/weekend",
      code: "not_accepted",
      detail: `has every day of the week: expected ${accepted}`,
      accepted,
      text: { en: "At least one day of the week must be open", ja: "曜日を 1 つ以上、営業日にしてください" },
    });
  }
  return days;
}

function checkDays(
  path: string,
  given: readonly { readonly date: string; readonly name?: string | undefined }[],
  report: Report,
): readonly CalendarDay[] {
  if (given.length > MOST_DAYS) {
    const accepted = `at most ${MOST_DAYS} days`;
    const detail = `has ${given.length} entries: expected ${accepted}`;
    report({ path, code: "too_large", detail, accepted, text: atMostEntries(MOST_DAYS) });
  }
  const days = new Map<string, CalendarDay>();
  given.slice(0, MOST_DAYS).forEach(({ date, name = "" }, index) => {
    const at = pointer(path, index, "date");
    if (!isDate(date)) report(noDate(at, date));
    else if (days.has(date)) report(twice(at, date));
    else days.set(date, { date, name: name.trim() });
  });
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(dayOfDate(text)) && dateOfDay(dayOfDate(text)) === text;
}

function checkSources(given: NonNullable<CalendarInput["holidays"]>, report: Report): readonly HolidaySource[] {
  if (given.length > MOST_SOURCES) {
    const accepted = `at most ${MOST_SOURCES} countries`;
    const detail = `has ${given.length} entries: expected ${accepted}`;
    report({ path: "/holidays", code: "too_large", detail, accepted, text: atMostEntries(MOST_SOURCES) });
  }
  const sources = given.slice(0, MOST_SOURCES).map(({ country, region }) => ({
    country: country.trim().toUpperCase(),
    region: region === undefined || region === null || region.trim() === "" ? null : region.trim(),
  }));
  return [...new Map(sources.map((source) => [`${source.country} ${source.region}`, source])).values()];
}

function checkYears(given: CalendarInput["years"], now: Instant, report: Report): { from: number; to: number } {
  const thisYear = new Date(now).getUTCFullYear();
  const years = given ?? { from: thisYear, to: thisYear + YEARS_AHEAD };
  if (years.from <= years.to && years.to - years.from < MOST_YEARS) return { from: years.from, to: years.to };
  const accepted = `at most ${MOST_YEARS} years, the first one first`;
  report({
    path: "/years",
    code: "not_accepted",
    detail: `${years.from} to ${years.to} is not accepted: expected ${accepted}`,
    accepted,
    text: {
      en: `The last year must not come before the first, and at most ${MOST_YEARS} years are kept`,
      ja: `開始年以降の年を指定してください（最長 ${MOST_YEARS} 年分）`,
    },
  });
  return { from: thisYear, to: thisYear };
}

/** By date; where several countries have one, all of its names. */
async function holidayDaysOf(
  sources: readonly HolidaySource[],
  years: { from: number; to: number },
  report: Report,
): Promise<readonly CalendarDay[]> {
  const names = new Map<string, string[]>();
  for (const [index, source] of sources.entries()) {
    try {
      for (const { date, name } of await holidaysOf(source, years)) {
        const there = names.get(date) ?? [];
        names.set(date, there.includes(name) ? there : [...there, name]);
      }
    } catch (error) {
      if (!isHyoshiError(error)) throw error;
      const isYears = error.fields.path === "years";
      report(fieldErrorOf(error, isYears ? "" : pointer("/holidays", index)));
    }
  }
  return [...names]
    .map(([date, several]) => ({ date, name: several.join(", ") }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

const accepted = "a date that there is, as YYYY-MM-DD";

const noDate = (path: string, date: string): FieldError => ({
  path,
  code: "not_accepted",
  detail: `'${date}' is not a date: expected ${accepted}`,
  accepted,
  text: { en: `Not a date: expected ${accepted}`, ja: "日付として読めません（YYYY-MM-DD）" },
});

const twice = (path: string, date: string): FieldError => ({
  path,
  code: "not_accepted",
  detail: `'${date}' is named twice`,
  text: { en: `${date} is named twice`, ja: `${date} が 2 回指定されています` },
});

const bothWays = (path: string, date: string): FieldError => ({
  path,
  code: "not_accepted",
  detail: `'${date}' is named as closed and as open`,
  text: { en: `${date} is named as closed and as open`, ja: `${date} が休業日と営業日の両方に指定されています` },
});
