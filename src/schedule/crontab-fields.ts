import type { Bilingual } from "../base/bilingual.ts";
import { quote, quoteJa, scheduleError } from "./schedule-error.ts";

export type FieldKey = "minute" | "hour" | "day_of_month" | "month_of_year" | "day_of_week";

/** One of a crontab's five fields. */
export interface Field {
  /** For texts. */
  readonly label: string;
  readonly labelJa: string;
  /** For the error's `field`. */
  readonly key: FieldKey;
  readonly first: number;
  readonly last: number;
  /** The last value that `H` takes: below `last` where not every month has that. */
  readonly lastHashed: number;
  /** Names of the values, from `first` on. */
  readonly names?: readonly string[];
  /** The range in words, where numbers alone would leave a question open. */
  readonly accepted?: Bilingual;
}

export const MONTH_NAMES =
  "january february march april may june july august september october november december".split(" ");
export const WEEKDAY_NAMES = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

export const FIELDS: readonly [Field, Field, Field, Field, Field] = [
  { label: "minute", labelJa: "分", key: "minute", first: 0, last: 59, lastHashed: 59 },
  { label: "hour", labelJa: "時", key: "hour", first: 0, last: 23, lastHashed: 23 },
  {
    label: "day of month",
    labelJa: "日",
    key: "day_of_month",
    first: 1,
    last: 31,
    lastHashed: 28,
  },
  {
    label: "month",
    labelJa: "月",
    key: "month_of_year",
    first: 1,
    last: 12,
    lastHashed: 12,
    names: MONTH_NAMES,
    accepted: { en: "1-12 or jan-dec", ja: "1〜12 または jan〜dec" },
  },
  {
    label: "day of week",
    labelJa: "曜日",
    key: "day_of_week",
    first: 0,
    last: 6,
    lastHashed: 6,
    names: WEEKDAY_NAMES,
    accepted: { en: "0-6 or sun-sat", ja: "0〜6 または sun〜sat" },
  },
];

const NO_HINT: Bilingual = { en: "", ja: "" };

/** The error for a part of a field, which is told with what the field accepts. */
export function fieldError(field: Field, wrong: Bilingual, value: string, path: string, hint = NO_HINT): Error {
  const range = field.accepted ?? { en: `${field.first}-${field.last}`, ja: `${field.first}〜${field.last}` };
  const accepted = range.en;
  const message = `crontab ${field.label} ${quote(value)} ${wrong.en}: expected ${accepted}${hint.en}`;
  const ja = `${field.labelJa}の${quoteJa(value)}${wrong.ja}（${range.ja}）${hint.ja}`;
  return scheduleError({ code: "invalid_crontab", message, ja, field: field.key, path, value, accepted });
}
