import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { parseInstant } from "../schedule/clocked.ts";
import { compileSchedule, parseDefinition, type ScheduleDefinition } from "../schedule/definition.ts";
import { describeOffsetChange, describeSchedule } from "../schedule/describe.ts";
import { nextOffsetChange, previewTimes } from "../schedule/preview.ts";
import { formatLocal, timeZone } from "../schedule/time-zone.ts";
import { assertZone } from "../schedule/zone-name.ts";

export interface PreviewRequest {
  /** JSON of unknown origin: a schedule's own fields, others being passed over. */
  readonly definition: unknown;
  /** An IANA name. */
  readonly zone: string;
  /** An instant, or ISO 8601 text, read on the zone's clock where it names no offset. */
  readonly after: Instant | string;
  readonly count: number;
}

export interface SchedulePreview {
  readonly definition: ScheduleDefinition;
  readonly zone: string;
  readonly description: Bilingual;
  /** `local` is ISO 8601 in the zone, with its offset. */
  readonly times: { at: Instant; local: string }[];
  /** Nominal times in the 365 days after `after`, exact up to {@link COUNTED}. */
  readonly perYear: { value: number; capped: boolean };
  /** The next change of the zone's offset that alters a nominal time. */
  readonly warnings: { at: Instant; text: Bilingual }[];
}

const YEAR_MS = 365 * 86_400_000;
const COUNTED = 100_000;

/**
 * What a schedule would do, told by the code that fires.
 *
 * @throws HyoshiError as `parseDefinition` does, `unknown_time_zone`, and `invalid_clocked` for `after`
 */
export function previewSchedule({
  definition: given,
  zone: zoneName,
  after: from,
  count,
}: PreviewRequest): SchedulePreview {
  const definition = parseDefinition(given);
  const zone = assertZone(zoneName);
  const after = instantOf(from, zone);
  const schedule = compileSchedule(definition, zone);
  const counted = schedule.count(after + 1, after + YEAR_MS, COUNTED + 1);
  const change = nextOffsetChange(zone, schedule, after);
  return {
    definition,
    zone,
    description: inBoth((language) => describeSchedule(definition, zone, language)),
    times: previewTimes(schedule, after, count).map((at) => ({ at, local: formatLocal(at, zone) })),
    perYear: { value: Math.min(counted, COUNTED), capped: counted > COUNTED },
    warnings:
      change === undefined
        ? []
        : [{ at: change.at, text: inBoth((language) => describeOffsetChange(change, zone, language)) }],
  };
}

const LOCAL_TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/;

function instantOf(time: Instant | string, zone: string): Instant {
  if (typeof time !== "string" || !LOCAL_TIME.test(time)) return parseInstant(time, "after", "at");
  // As if the zone were UTC, for the check of its parts; then on the zone's own clock.
  const local = parseInstant(`${time.length === 10 ? `${time}T00:00` : time}Z`, "after", "at");
  return timeZone(zone).firstAt(local);
}

function inBoth(tell: (language: "en" | "ja") => string): Bilingual {
  return { en: tell("en"), ja: tell("ja") };
}
