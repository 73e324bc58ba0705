/**
 * Dates of the Gregorian calendar as numbers: a day is counted from 1970-01-01, a month is `year * 12 + month - 1`.
 * Plain integers, because these run in the innermost loop of every crontab.
 */

export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

// Days of the months before each month of a year that begins in March, so that the leap day is the last.
// The year in days: 365.25 less one day per century, plus one per four centuries (146,097 days in all).

/** The first day of a month. */
export function firstDayOf(month: number): number {
  const year = Math.floor(month / 12);
  const monthOfYear = month - year * 12;
  const marchYear = monthOfYear < 2 ? year - 1 : year;
  const sinceMarch = monthOfYear < 2 ? monthOfYear + 10 : monthOfYear - 2;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * sinceMarch + 2) / 5) - 719_468;
}

/** The month that a day lies in. */
export function monthOf(day: number): number {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const sinceMarch = Math.floor((5 * dayOfYear + 2) / 153);
  return (yearOfEra + era * 400) * 12 + sinceMarch + 2;
}

/** How many days a month has. */
export function lengthOf(month: number): number {
  const monthOfYear = ((month % 12) + 12) % 12;
  if (monthOfYear !== 1)
    return monthOfYear === 3 || monthOfYear === 5 || monthOfYear === 8 || monthOfYear === 10 ? 30 : 31;
  const year = Math.floor(month / 12);
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
