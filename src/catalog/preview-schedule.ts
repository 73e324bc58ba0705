import type { Instant } from "../base/clock.ts";
import { compileSchedule, parseDefinition, type ScheduleDefinition } from "../schedule/definition.ts";
import { describeOffsetChange, describeSchedule } from "../schedule/describe.ts";
import { nextOffsetChange, previewTimes } from "../schedule/preview.ts";
import { formatLocal } from "../schedule/time-zone.ts";
import { assertZone } from "../schedule/zone-name.ts";

export interface PreviewRequest {
  /** JSON of unknown origin: a schedule's own fields, others being passed over. */
  readonly definition: unknown;
  /** An IANA name. */
  readonly zone: string;
  readonly after: Instant;
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

interface Bilingual {
  en: string;
  ja: string;
}

const YEAR_MS = 365 * 86_400_000;
const COUNTED = 100_000;

/**
 * What a schedule would do, told by the code that fires.
 *
 * @throws HyoshiError as `parseDefinition` does, and `unknown_time_zone`
 */
export function previewSchedule({ definition: given, zone: zoneName, after, count }: PreviewRequest): SchedulePreview {
  const definition = parseDefinition(given);
  const zone = assertZone(zoneName);
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

function inBoth(tell: (language: "en" | "ja") => string): Bilingual {
  return { en: tell("en"), ja: tell("ja") };
}
