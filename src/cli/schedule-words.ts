import { HyoshiError } from "../base/error.ts";

const PERIODS = "second|minute|hour|day|week|month";
const INTERVAL = new RegExp(`^every\\s+(?:(\\S+)\\s+)?(${PERIODS})s?$`, "i");
const SOLAR = /^([a-z]+_?[a-z]+)\s+(\S+)\s+(\S+)$/i;
const INSTANT = /^\d{4}-\d\d-\d\d([Tt ]\S+)?$/;

/**
 * A schedule as it is typed: its JSON, `every 5 minutes`, `sunset 35.68 139.77`, an instant, or else a crontab. Whether its
 * values make sense is for the schedule's own checks to say.
 */
export function parseScheduleWords(words: readonly string[]): unknown {
  const text = words.join(" ").trim();
  if (text.startsWith("{")) return parseJson(text);
  const interval = INTERVAL.exec(text);
  if (interval) {
    const [, every = "1", period = ""] = interval;
    return { kind: "interval", every: numberOf(every), period: `${period.toLowerCase()}s` };
  }
  const solar = SOLAR.exec(text);
  // Three words could only be a crontab with too few fields.
  if (solar) {
    const [, event = "", latitude = "", longitude = ""] = solar;
    return { kind: "solar", event: event.toLowerCase(), latitude: numberOf(latitude), longitude: numberOf(longitude) };
  }
  if (INSTANT.test(text)) return { kind: "clocked", at: text };
  return { kind: "crontab", expression: text };
}

/** What is no number stays as it is, for the schedule's checks to quote. */
function numberOf(text: string): number | string {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HyoshiError("usage", `the schedule is not JSON: ${(cause as Error).message}`, { cause });
  }
}
