/** Dates without a time or a zone, as `YYYY-MM-DD`. */
const dayMs = 86_400_000;

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The date as UTC midnight; NaN for what is no date (30 February). */
export function dateMs(date: string): number {
  if (!pattern.test(date)) return Number.NaN;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(ms) && textOf(ms) === date ? ms : Number.NaN;
}

const textOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const isDate = (date: string): boolean => Number.isFinite(dateMs(date));

export const addDays = (date: string, days: number): string => textOf(dateMs(date) + days * dayMs);

/** 0 is Sunday. */
export const weekdayOf = (date: string): number => new Date(dateMs(date)).getUTCDay();

export const yearOf = (date: string): number => Number(date.slice(0, 4));

/** The same day of another month; the month's last where it has no such day. */
export function addMonths(date: string, months: number): string {
  const at = new Date(dateMs(date));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months + 1, 0));
  last.setUTCDate(Math.min(at.getUTCDate(), last.getUTCDate()));
  return textOf(last.getTime());
}

/** Every date from one to another, both included; at most `limit`. */
export function datesBetween(from: string, through: string, limit: number): string[] {
  const dates: string[] = [];
  for (let date = from; date <= through && dates.length < limit; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** Today's date in a zone. */
export function dateIn(zone: string, now: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(now);
}

export interface Month {
  /** 1 to 12. */
  number: number;
  /** Weeks of seven; null where a day belongs to another month. */
  weeks: (string | null)[][];
}

/** The twelve months as weeks that begin with `firstWeekday` (0 is Sunday). */
export function monthsOf(year: number, firstWeekday: number): Month[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = `${String(year).padStart(4, "0")}-${String(index + 1).padStart(2, "0")}-01`;
    const days = datesBetween(first, addDays(addMonths(first, 1), -1), 31);
    const before = (weekdayOf(first) - firstWeekday + 7) % 7;
    const cells: (string | null)[] = [...Array<null>(before).fill(null), ...days];
    while (cells.length % 7 !== 0) cells.push(null);
    const weeks: (string | null)[][] = [];
    for (let at = 0; at < cells.length; at += 7) weeks.push(cells.slice(at, at + 7));
    return { number: index + 1, weeks };
  });
}
