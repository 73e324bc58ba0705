import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY, MS_PER_MINUTE } from "./civil-date.ts";
import { clockRulesOf, type FoldRule, type GapRule } from "./clock-rules.ts";
import type { CrontabDefinition } from "./crontab.ts";
import { type Crontab, parseCrontab } from "./crontab-parse.ts";
import { dateShapeOf, timeShapeOf } from "./crontab-shape.ts";
import type { ScheduleDefinition } from "./definition.ts";
import { english } from "./describe-en.ts";
import { japanese } from "./describe-ja.ts";
import type { Period } from "./interval.ts";
import type { ScheduleOffsetChange } from "./preview.ts";
import { timeZone } from "./time-zone.ts";
import type { Consequence, Reading, Wording } from "./wording.ts";

export type Language = "en" | "ja";

export interface DescribeOptions {
  /** Whether to name the zone, where the times depend on it. Default: false. */
  readonly showZone?: boolean;
  /** The schedule's uid, which settles what `H` stands for. Without it an example is told. */
  readonly seed?: string | undefined;
}

/** What bends the times of a schedule, for telling it. */
export interface ToldRules {
  readonly gap?: GapRule;
  readonly fold?: FoldRule;
  readonly startsAt?: Instant | null;
  readonly endsAt?: Instant | null;
  /** Whether the zone's clocks change at all. Default: true. */
  readonly clocksChange?: boolean;
  readonly calendar?: { readonly rule: "skip" | "previous" | "next"; readonly name?: string } | null;
}

const WORDINGS: Record<Language, Wording> = { en: english, ja: japanese };

/**
 * A schedule in a sentence that a person would write, in 24-hour time: `Weekdays at 02:30`, `毎週月曜〜金曜 2:30`.
 * Two crontabs read alike only if they match the same times.
 *
 * @throws HyoshiError for a definition that {@link parseDefinition} refuses, and `unknown_time_zone`
 */
export function describeSchedule(
  definition: ScheduleDefinition,
  zone: string,
  language: Language,
  { showZone = false, seed }: DescribeOptions = {},
): string {
  const wording = WORDINGS[language];
  const sentence = sentenceOf(definition, zone, wording, seed);
  return showZone && dependsOnZone(definition) ? wording.withZone(sentence, zone) : sentence;
}

/**
 * What the rules of a schedule do, a sentence each without a full stop: first and last time, closed days, and, where the definition
 * names wall-clock times, what happens when the clocks change.
 *
 * @throws HyoshiError as {@link describeSchedule} does
 */
export function describeRules(
  definition: ScheduleDefinition,
  zone: string,
  rules: ToldRules,
  language: Language,
): string[] {
  const wording = WORDINGS[language];
  const { startsAt, endsAt, calendar, clocksChange = true } = rules;
  const readingAt = (at: Instant | null | undefined) =>
    at === null || at === undefined ? undefined : readingOf(timeZone(zone).localAt(at));
  const everyHour = definition.kind === "crontab" && crontabOf(definition).hours.length === 24;
  const isTouched = definition.kind === "crontab" || isNamedByClock(definition);
  return [
    wording.bounds(readingAt(startsAt), readingAt(endsAt)),
    ...(calendar ? [wording.calendar(calendar.rule, calendar.name)] : []),
    ...(isTouched && clocksChange ? [wording.clockRules(clockRulesOf(rules, everyHour))] : []),
  ].filter((sentence) => sentence !== "");
}

/** A warning, in a sentence, of a change of the zone's offset that alters what a schedule does. */
export function describeOffsetChange(change: ScheduleOffsetChange, zone: string, language: Language): string {
  return WORDINGS[language].offsetChange(readingOf(change.local), consequenceOf(change, zone));
}

function consequenceOf({ rule, at }: ScheduleOffsetChange, zone: string): Consequence {
  if (rule === "skip") return { kind: "skipped" };
  if (rule === "after") return { kind: "moved", to: readingOf(timeZone(zone).localAt(at)) };
  return { kind: rule };
}

function sentenceOf(definition: ScheduleDefinition, zone: string, wording: Wording, seed: string | undefined): string {
  switch (definition.kind) {
    case "interval": {
      const { every, period, anchor } = definition;
      if (isElapsed(period)) return wording.interval({ every, period });
      const local = anchor === undefined ? 0 : timeZone(zone).localAt(anchor);
      return wording.interval({ every, period, anchor: readingOf(local) });
    }
    case "crontab": {
      const crontab = crontabOf(definition, seed);
      const sentence = wording.crontab(timeShapeOf(crontab), dateShapeOf(crontab));
      return crontab.hashed ? wording.hashed(sentence, seed !== undefined) : sentence;
    }
    case "solar":
      return wording.solar(definition.event, definition.latitude, definition.longitude);
    case "clocked":
      return wording.clocked(readingOf(timeZone(zone).localAt(definition.at)));
  }
}

function isElapsed(period: Period): boolean {
  return period === "seconds" || period === "minutes" || period === "hours";
}

/** Whether it is an interval of days or longer, which keeps a wall-clock time. */
function isNamedByClock(definition: ScheduleDefinition): boolean {
  return definition.kind === "interval" && !isElapsed(definition.period);
}

function dependsOnZone(definition: ScheduleDefinition): boolean {
  if (definition.kind !== "crontab") return definition.kind === "clocked" || isNamedByClock(definition);
  const { hours, days, months, weekdays } = crontabOf(definition);
  return hours.length < 24 || days.length < 31 || months.length < 12 || weekdays.length < 7;
}

function crontabOf({ expression, days }: CrontabDefinition, seed?: string): Crontab {
  return parseCrontab(expression, { days, seed });
}

function readingOf(local: number): Reading {
  const date = new Date(local);
  const ofDay = local - Math.floor(local / MS_PER_DAY) * MS_PER_DAY;
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: Math.floor((ofDay % MS_PER_MINUTE) / 1000),
  };
}
