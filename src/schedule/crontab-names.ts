import { quote, quoteJa, scheduleError } from "./schedule-error.ts";

/** What the names that crons know mean in five fields. */
const MEANINGS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** The five fields that a name such as `@daily` stands for; undefined for anything else. */
export function expandName(expression: string): string | undefined {
  return MEANINGS[expression.trim().toLowerCase()];
}

/** The error for a name that stands for no five fields. */
export function nameError(name: string, path: string): Error {
  const accepted = `one of ${Object.keys(MEANINGS).join(", ")}, or five fields`;
  const isReboot = name.toLowerCase() === "@reboot";
  const why = isReboot ? "is not accepted: it means the start of a machine, which is no time" : "is not known";
  const whyJa = isReboot ? "は使えません。マシンの起動は時刻ではないためです。" : "はありません。";
  return scheduleError({
    code: "invalid_crontab",
    message: `crontab ${quote(name)} ${why}: expected ${accepted}`,
    ja: `${quoteJa(name)}${whyJa}${Object.keys(MEANINGS).join("、")} のいずれか、または 5 項目で指定してください`,
    field: "expression",
    path,
    value: name,
    accepted,
  });
}

/** An expression of five fields with 0 in place of the weekday 7, which other crons take for Sunday too. */
export function withSundayAsZero(expression: string): string {
  const fields = expression.split(" ");
  const [weekdays] = fields.slice(4);
  if (weekdays === undefined || fields.length !== 5) return expression;
  return [...fields.slice(0, 4), weekdays.split(",").map(sundayAsZero).join(",")].join(" ");
}

function sundayAsZero(part: string): string {
  if (/^0*7(#\d+|L)?$/i.test(part)) return part.replace(/^0*7/, "0");
  const range = /^(\w+)-(\w+)(\/\d+)?$/.exec(part);
  if (range === null) return part;
  const [, from = "", to = "", step = ""] = range;
  const isSeven = (text: string) => /^0*7$/.test(text);
  if (!isSeven(from) && !isSeven(to)) return part;
  const first = isSeven(from) ? "0" : from;
  // From one Sunday to the next is the whole week, which is not the same as `*` to cron.
  if (isSeven(to) && !isSeven(from) && /^(0+|sun[a-z]*)$/i.test(from)) return `0-6${step}`;
  return `${first}-${isSeven(to) ? "0" : to}${step}`;
}
