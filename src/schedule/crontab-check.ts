import { hasMatch, type MonthDays } from "./crontab-days.ts";
import { MONTH_NAMES } from "./crontab-fields.ts";
import { quoteJa, scheduleError } from "./schedule-error.ts";

/** A crontab as it was written, with the values that each of its date fields can have, whatever the seed. */
export interface Written {
  readonly expression: string;
  readonly path: string;
  readonly dayText: string;
  readonly weekdayText: string;
  readonly days: readonly (readonly number[])[];
  readonly weekdays: readonly (readonly number[])[];
  readonly months: readonly (readonly number[])[];
}

// The longest that each month ever is, January first.
const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Makes sure that a crontab has dates, with whatever seed: a month of each length begins on each weekday in some year.
 *
 * @throws HyoshiError `crontab_never_matches`
 */
export function assertEverMatches(wanted: MonthDays, written: Written): void {
  const { dayRules, weekdayRules, either } = wanted;
  if (wanted.days.length === 31 && wanted.weekdays.length === 7) return;
  const isPlain = dayRules.length === 0 && weekdayRules.length === 0 && !either;
  for (const months of written.months) {
    const lengths = new Set(months.flatMap((month) => (month === 2 ? [28, 29] : [MONTH_LENGTHS[month - 1] ?? 0])));
    const longest = Math.max(...lengths);
    for (const days of written.days) {
      if (isPlain) {
        // Every day up to a month's longest falls on every weekday in some year, so weekdays cannot rule a date out.
        if (Math.min(...days) <= longest) continue;
        throw missingDay(Math.min(...days), months, longest, written);
      }
      for (const weekdays of written.weekdays) {
        const choice = { ...wanted, days, weekdays };
        const exists = [...lengths].some((length) => FIRST_WEEKDAYS.some((first) => hasMatch(choice, length, first)));
        if (!exists) throw missingDate(months, written);
      }
    }
  }
}

const FIRST_WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

function missingDay(earliest: number, months: readonly number[], longest: number, written: Written): Error {
  const limit = months.length === 1 && months[0] === 2 ? "29, and that in leap years" : `${longest}`;
  const why = `no ${namesOf(months)} has a day ${earliest}`;
  const never = isHashed(written) ? "with some values of H" : "";
  return scheduleError({
    code: "crontab_never_matches",
    message: `crontab '${written.expression}' can never match${never && ` ${never}`}: ${why}, expected a day of month up to ${limit}`,
    ja: `${never && "H の値によっては、"}${monthsJa(months)}に ${earliest} 日はないため、一度も実行されません。日は ${longest} 以下にしてください${longest === 29 ? "（29 日はうるう年のみ）" : ""}`,
    field: "day_of_month",
    path: written.path,
    value: written.expression,
    accepted: `a day of month up to ${limit}`,
  });
}

function missingDate(months: readonly number[], written: Written): Error {
  const { expression, path, dayText, weekdayText } = written;
  const accepted = "a day of month and a day of week that meet";
  const isAny = /^\*(\/1)?$/.test(weekdayText);
  const when = months.length === 12 ? "month" : namesOf(months);
  const never = isHashed(written) ? " with some values of H" : "";
  const both = isAny ? `has a day '${dayText}'` : `has a day that is both '${dayText}' and '${weekdayText}'`;
  const inMonths = months.length === 12 ? "どの月" : monthsJa(months);
  const bothJa = isAny
    ? `${inMonths}にも日の${quoteJa(dayText)}に当たる日はない`
    : `${inMonths}にも日の${quoteJa(dayText)}と曜日の${quoteJa(weekdayText)}の両方に当たる日はない`;
  return scheduleError({
    code: "crontab_never_matches",
    message: `crontab '${expression}' can never match${never}: no ${when} ${both}, expected ${accepted}`,
    ja: `${never && "H の値によっては、"}${bothJa}ため、一度も実行されません`,
    field: "day_of_month",
    path,
    value: expression,
    accepted,
  });
}

function isHashed({ days, weekdays, months }: Written): boolean {
  return days.length > 1 || weekdays.length > 1 || months.length > 1;
}

function namesOf(months: readonly number[]): string {
  return months.map((month) => capital(MONTH_NAMES[month - 1] ?? "")).join(" or ");
}

function monthsJa(months: readonly number[]): string {
  return months.map((month) => `${month} 月`).join("・");
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
