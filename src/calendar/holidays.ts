import type { Bilingual } from "../base/bilingual.ts";
import { HyoshiError } from "../base/error.ts";
import { dateOfDay, dayOfDate } from "./calendar-days.ts";

/** Whose public holidays are meant. */
export interface HolidaySource {
  /** ISO 3166-1, such as `JP`. */
  readonly country: string;
  /** A part of it, such as `BY`, or `BY/A` for a part of that; null: what the whole country has. */
  readonly region: string | null;
}

/** A country whose public holidays are known. */
export interface HolidayCountry {
  readonly code: string;
  readonly name: Bilingual;
  /** Parts with holidays of their own, in the country's own language. */
  readonly regions: readonly { readonly code: string; readonly name: string }[];
}

export interface Holiday {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** In the country's own language. */
  readonly name: string;
}

/** The years whose holidays can be told. */
export const HOLIDAY_YEARS = { from: 1970, to: 2100 } as const;
// Half days are no holidays, and a day on which the clocks change lacks an hour.
const LENIENCE_MS = 90 * 60_000;
const DAY_MS = 86_400_000;

/** The countries whose public holidays are known, with their parts, by code. */
export async function holidayCountries(): Promise<readonly HolidayCountry[]> {
  const library = new (await load())();
  const english = new Intl.DisplayNames("en", { type: "region" });
  const japanese = new Intl.DisplayNames("ja", { type: "region" });
  return Object.entries(library.getCountries()).map(([code, given]) => ({
    code,
    name: { en: english.of(code) ?? given, ja: japanese.of(code) ?? given },
    regions: Object.entries(library.getStates(code) ?? {}).flatMap(([state, name]) => [
      { code: state, name },
      ...Object.entries(library.getRegions(code, state) ?? {}).map(([region, part]) => ({
        code: `${state}/${region}`,
        name: `${name}, ${part}`,
      })),
    ]),
  }));
}

/**
 * The public holidays of a country or a part of it, by date, substitute days included: whole days only, and each date once. The
 * tables are large, and read when they are first asked for.
 *
 * @param years both included; within {@link HOLIDAY_YEARS}
 * @throws HyoshiError `unknown_holidays`
 */
export async function holidaysOf(
  source: HolidaySource,
  years: { readonly from: number; readonly to: number },
): Promise<readonly Holiday[]> {
  const Library = await load();
  const { country } = source;
  const [state, region] = source.region?.split("/") ?? [];
  if (!isKnown(new Library(), country, state, region)) throw unknownSource(source);
  for (const year of [years.from, years.to]) {
    if (!Number.isInteger(year) || year < HOLIDAY_YEARS.from || year > HOLIDAY_YEARS.to) throw unknownYear(year);
  }
  const options = { types: ["public" as const] };
  const library =
    state === undefined
      ? new Library(country, options)
      : region === undefined
        ? new Library(country, state, options)
        : new Library(country, state, region, options);
  const names = new Map<string, string>();
  // What begins in the last days of a year may end in the next.
  for (let year = years.from - 1; year <= years.to; year += 1) {
    for (const { date, start, end, name } of library.getHolidays(year)) {
      const first = dayOfDate(date.slice(0, 10));
      const length = Math.floor((end.getTime() - start.getTime() + LENIENCE_MS) / DAY_MS);
      for (let day = first; day < first + length; day += 1) {
        const text = dateOfDay(day);
        const before = names.get(text);
        names.set(text, before === undefined || before === name ? name : `${before}, ${name}`);
      }
    }
  }
  return [...names]
    .map(([date, name]) => ({ date, name }))
    .filter(({ date }) => Number(date.slice(0, 4)) >= years.from && Number(date.slice(0, 4)) <= years.to)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

type Library = typeof import("date-holidays")["default"];

/** Millions of characters of tables: only for those who ask. */
async function load(): Promise<Library> {
  return (await import("date-holidays")).default;
}

function isKnown(library: InstanceType<Library>, country: string, state?: string, region?: string): boolean {
  const has = (names: Readonly<Record<string, string>> | undefined, code: string) => Object.hasOwn(names ?? {}, code);
  if (!has(library.getCountries(), country)) return false;
  if (state === undefined) return true;
  if (!has(library.getStates(country), state)) return false;
  return region === undefined || has(library.getRegions(country, state), region);
}

function unknownSource({ country, region }: HolidaySource): HyoshiError {
  const what = region === null ? country : `${country} ${region}`;
  const accepted = "a country of the list, and perhaps one of its regions";
  return new HyoshiError("unknown_holidays", `holidays of '${what}' are not known: expected ${accepted}`, {
    fields: {
      path: region === null ? "country" : "region",
      value: what,
      accepted,
      text: {
        en: `Holidays of '${what}' are not known`,
        ja: `「${what}」の祝日は分かりません。一覧にある国と地域から選んでください`,
      },
    },
  });
}

function unknownYear(year: number): HyoshiError {
  const accepted = `a year from ${HOLIDAY_YEARS.from} to ${HOLIDAY_YEARS.to}`;
  return new HyoshiError("unknown_holidays", `holidays of the year '${year}' are not known: expected ${accepted}`, {
    fields: {
      path: "years",
      value: year,
      accepted,
      text: {
        en: `Holidays of ${year} are not known: expected ${accepted}`,
        ja: `「${year}」年の祝日は分かりません（${HOLIDAY_YEARS.from}〜${HOLIDAY_YEARS.to} 年）`,
      },
    },
  });
}
