import { crontabParts } from "./crontab-parts.ts";

/** A part of an expression that is more than numbers, for its reader: what stands there and what it means. */
export type CrontabNote = { token: string } & (
  | { kind: "name"; stands: string }
  | { kind: "last" }
  | { kind: "beforeLast"; days: number }
  | { kind: "nearest"; day: number }
  | { kind: "lastWorkday" }
  | { kind: "lastWeekday"; weekday: number }
  | { kind: "nthWeekday"; weekday: number; nth: number }
  | { kind: "hashed" }
);

/** What the names stand for. */
const crontabNames: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

function weekdayOf(text: string): number | undefined {
  const named = weekdayNames.indexOf(text.slice(0, 3).toLowerCase());
  if (named >= 0) return named;
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 && number <= 7 ? number % 7 : undefined;
}

/** Explains `L`, `W`, `#`, `H` and `@daily`, in the order in which they stand; each once. What is wrong is left to the parser. */
export function crontabNotes(expression: string): CrontabNote[] {
  const text = expression.trim();
  const stands = crontabNames[text.toLowerCase()];
  if (stands !== undefined) return [{ token: text, kind: "name", stands }];
  const notes = (crontabParts(text) ?? []).flatMap((part, index) =>
    part.split(",").flatMap((token) => noteOf(token, index) ?? []),
  );
  return notes.filter((note, index) => notes.findIndex(({ token }) => token === note.token) === index);
}

function noteOf(token: string, index: number): CrontabNote | undefined {
  const upper = token.toUpperCase();
  if (/^H(\(\d+-\d+\))?(\/\d+)?$/.test(upper)) return { token, kind: "hashed" };
  if (index === 2) {
    if (upper === "L") return { token, kind: "last" };
    if (upper === "LW" || upper === "WL") return { token, kind: "lastWorkday" };
    const before = /^L-(\d+)$/.exec(upper);
    if (before) return { token, kind: "beforeLast", days: Number(before[1]) };
    const nearest = /^(\d+)W$/.exec(upper);
    if (nearest) return { token, kind: "nearest", day: Number(nearest[1]) };
  }
  if (index === 4) {
    const nth = /^([A-Z]+|\d)#([1-5])$/.exec(upper);
    const last = /^([A-Z]{3,}|\d)L$/.exec(upper);
    const weekday = weekdayOf(nth?.[1] ?? last?.[1] ?? "-");
    if (weekday !== undefined && nth) return { token, kind: "nthWeekday", weekday, nth: Number(nth[2]) };
    if (weekday !== undefined && last) return { token, kind: "lastWeekday", weekday };
  }
  return undefined;
}

/**
 * The expression with its minute spread by hash, where it names a minute that many others name as well: the full hour, or every so
 * many minutes from it.
 */
export function spreadExpression(expression: string): string | undefined {
  const text = expression.trim();
  const parts = crontabParts(crontabNames[text.toLowerCase()] ?? text);
  if (!parts || parts.includes("")) return undefined;
  const [minute = "", ...rest] = parts;
  const spread = minute === "0" ? "H" : /^\*\/([2-9]|[1-5]\d)$/.test(minute) ? minute.replace("*", "H") : undefined;
  return spread === undefined ? undefined : [spread, ...rest].join(" ");
}
