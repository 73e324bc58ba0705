import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { describeMove } from "../calendar/describe-move.ts";
import { compilePlan, type PlanCalendar } from "../firing/schedule-plan.ts";
import { parseInstantIn } from "../schedule/clocked.ts";
import { parseDefinition, type ScheduleDefinition } from "../schedule/definition.ts";
import { describeOffsetChange, describeRules, describeSchedule, type Language } from "../schedule/describe.ts";
import { type ParsedRules, parseRules } from "../schedule/parse-rules.ts";
import { countPerDay, type DayCount, exceptionsWithin, nextOffsetChange, timesWithin } from "../schedule/preview.ts";
import { LATEST, type Schedule } from "../schedule/schedule.ts";
import { formatLocal, timeZone } from "../schedule/time-zone.ts";
import { assertZone } from "../schedule/zone-name.ts";

export interface PreviewRequest {
  /** JSON of unknown origin: a schedule's own fields with `gap`, `fold`, `startsAt` and `endsAt`, others being passed over. */
  readonly definition: unknown;
  /** An IANA name. */
  readonly zone: string;
  /** An instant, or ISO 8601 text, read on the zone's clock where it names no offset. */
  readonly after: Instant | string;
  /** Whether a time at `after` itself counts. Default: false. */
  readonly includesAfter?: boolean;
  readonly count: number;
  /** Asks for all times up to here, at most {@link MOST_TIMES}, in place of `count`. */
  readonly until?: Instant | string | undefined;
  readonly calendar?: (PlanCalendar & { readonly name?: string }) | null | undefined;
  /** The schedule's, which settles what `H` stands for. Absent for one that is not saved yet: an example is shown. */
  readonly uid?: string | undefined;
}

/** An instant, and how the schedule's zone reads it: ISO 8601 with its offset. */
export interface LocalInstant {
  readonly at: Instant;
  readonly local: string;
}

/** A named time at which the schedule does not fire. */
export interface PreviewedException extends LocalInstant {
  readonly reason: "calendar" | "daylight_saving";
  readonly movedTo: LocalInstant | null;
  readonly text: Bilingual;
}

export interface SchedulePreview extends ParsedRules {
  readonly definition: ScheduleDefinition;
  readonly zone: string;
  readonly description: Bilingual;
  /** What its bounds, its calendar and its rules for changes of the clocks do, a sentence each. */
  readonly effects: Bilingual[];
  readonly times: LocalInstant[];
  /** More times follow within the window that was asked for. */
  readonly more: boolean;
  /** Those that lie between `after` and the last of the times (or the end of the window), at most {@link MOST_TIMES}. */
  readonly exceptions: PreviewedException[];
  /** Nominal times in the 365 days after `after`, exact up to {@link COUNTED}. */
  readonly perYear: { value: number; capped: boolean };
  /** How often it fires on each of 28 days of the zone, from that of `after` on; counts stop at {@link COUNTED}. */
  readonly perDay: DayCount[];
  /** The changes of the zone's offset in the coming year that alter a nominal time, or else the next one. */
  readonly warnings: { at: Instant; text: Bilingual }[];
}

const YEAR_MS = 365 * 86_400_000;
const COUNTED = 100_000;
export const MOST_TIMES = 1_000;
const DAYS = 28;
const MOST_WARNINGS = 4;
/** Where a zone's clocks stay as they are for so long, nothing is said about changes. */
const FORESEEN_MS = 3 * YEAR_MS;

/**
 * What a schedule would do, told by the code that fires.
 *
 * @throws HyoshiError as `parseDefinition` and `parseRules` do, `unknown_time_zone`, and `invalid_clocked` for `after` and `until`
 */
export function previewSchedule(request: PreviewRequest): SchedulePreview {
  const { calendar = null, uid } = request;
  const definition = parseDefinition(request.definition);
  const zone = assertZone(request.zone);
  const rules = parseRules(request.definition as Readonly<Record<string, unknown>>, zone);
  const given = parseInstantIn(zone, request.after, "after", "after");
  const after = request.includesAfter === true ? given - 1 : given;
  const until = request.until === undefined ? undefined : parseInstantIn(zone, request.until, "until", "until");
  const schedule = compilePlan({ definition, zone, ...rules, calendar, uid: uid ?? "" });
  const counted = schedule.count(after + 1, after + YEAR_MS, COUNTED + 1);
  const { times, more } = timesWithin(
    schedule,
    after + 1,
    until ?? LATEST,
    until === undefined ? request.count : MOST_TIMES,
  );
  const shownTo = until !== undefined && !more ? until : (times.at(-1) ?? after + YEAR_MS);
  const told = {
    ...rules,
    clocksChange: timeZone(zone).nextChange(after, after + FORESEEN_MS) !== undefined,
    calendar: calendar && { rule: calendar.rule, ...(calendar.name && { name: calendar.name }) },
  };
  const effects = (language: Language) => describeRules(definition, zone, told, language);
  const japanese = effects("ja");
  return {
    definition,
    zone,
    ...rules,
    description: inBoth((language) => describeSchedule(definition, zone, language, { seed: uid })),
    effects: effects("en").map((en, index) => ({ en, ja: japanese[index] ?? "" })),
    times: times.map((at) => localInstant(at, zone)),
    more: until !== undefined && more,
    exceptions: exceptionsWithin(schedule, after + 1, shownTo, MOST_TIMES).map((exception) => ({
      ...localInstant(exception.at, zone),
      reason: exception.reason,
      movedTo: exception.movedTo === undefined ? null : localInstant(exception.movedTo, zone),
      text: inBoth((language) => describeMove(exception, zone, calendar?.days, language)),
    })),
    perYear: { value: Math.min(counted, COUNTED), capped: counted > COUNTED },
    perDay: countPerDay(schedule, zone, after, DAYS, COUNTED),
    warnings: warningsOf(schedule, zone, after),
  };
}

function warningsOf(schedule: Schedule, zone: string, after: Instant): SchedulePreview["warnings"] {
  const warnings: SchedulePreview["warnings"] = [];
  let change = nextOffsetChange(zone, schedule, after);
  while (change !== undefined && warnings.length < MOST_WARNINGS) {
    const found = change;
    warnings.push({ at: found.at, text: inBoth((language) => describeOffsetChange(found, zone, language)) });
    change = nextOffsetChange(zone, schedule, found.at, after + YEAR_MS);
  }
  return warnings;
}

function localInstant(at: Instant, zone: string): LocalInstant {
  return { at, local: formatLocal(at, zone) };
}

function inBoth(tell: (language: Language) => string): Bilingual {
  return { en: tell("en"), ja: tell("ja") };
}
