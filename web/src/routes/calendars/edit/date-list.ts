import { datesBetween, isDate } from "../year/plain-date.ts";

export interface ListedDay {
  date: string;
  name: string;
}
export interface DateList {
  days: ListedDay[];
  /** Lines (from 1) that hold no date that there is, as they were pasted. */
  faults: { line: number; text: string }[];
}

/** A range longer than this is a slip of the keyboard. */
const longestRange = 366;

const date = String.raw`(\d{4})(?:[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?|(\d{2})(\d{2}))`;
const linePattern = new RegExp(
  String.raw`^"?${date}"?(?:\s*(?:\.\.|~|〜|～|–|—|to|から)\s*${date})?(?:[\s,;"、]+(.*))?$`,
);

const plain = (year = "", month = "", day = "") => `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;

/**
 * Reads a pasted list: one date or range (`2026-12-29..2027-01-03`) a line, then its name. Dates as people write them: 2026-12-29,
 * 2026/12/29, 20261229, 2026年12月29日. Empty lines and those that begin with `#` are left out.
 */
export function parseDateList(text: string): DateList {
  const list: DateList = { days: [], faults: [] };
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const parts = linePattern.exec(line);
    const first = parts && plain(parts[1], parts[2] ?? parts[4], parts[3] ?? parts[5]);
    const last = parts?.[6] === undefined ? first : plain(parts[6], parts[7] ?? parts[9], parts[8] ?? parts[10]);
    const dates =
      first && last && isDate(first) && isDate(last) && first <= last
        ? datesBetween(first, last, longestRange + 1)
        : [];
    if (dates.length === 0 || dates.length > longestRange) {
      list.faults.push({ line: index + 1, text: line });
      continue;
    }
    const name = (parts?.[11] ?? "").replaceAll(/^[\s",;]+|[\s",;]+$/g, "");
    list.days.push(...dates.map((one) => ({ date: one, name })));
  }
  return list;
}
