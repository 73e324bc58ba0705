import { MS_PER_DAY, MS_PER_MINUTE } from "./civil-date.ts";
import { parseCrontab } from "./crontab-parse.ts";
import { dateShapeOf, timeShapeOf } from "./crontab-shape.ts";
import type { ScheduleDefinition } from "./definition.ts";
import { english } from "./describe-en.ts";
import { japanese } from "./describe-ja.ts";
import type { Period } from "./interval.ts";
import type { ScheduleOffsetChange } from "./preview.ts";
import { timeZone } from "./time-zone.ts";
import type { Reading, Wording } from "./wording.ts";

export type Language = "en" | "ja";

export interface DescribeOptions {
  /** Whether to name the zone, where the times depend on it. Default: false. */
  readonly showZone?: boolean;
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
  { showZone = false }: DescribeOptions = {},
): string {
  const wording = WORDINGS[language];
  const sentence = sentenceOf(definition, zone, wording);
  return showZone && dependsOnZone(definition) ? wording.withZone(sentence, zone) : sentence;
}

/** A warning, in a sentence, of a change of the zone's offset that alters what a schedule does. */
export function describeOffsetChange(change: ScheduleOffsetChange, zone: string, language: Language): string {
  const happens = readingOf(timeZone(zone).localAt(change.happensAt));
  return WORDINGS[language].offsetChange(change.kind, readingOf(change.local), happens);
}

function sentenceOf(definition: ScheduleDefinition, zone: string, wording: Wording): string {
  switch (definition.kind) {
    case "interval": {
      const { every, period, anchor } = definition;
      if (isElapsed(period)) return wording.interval({ every, period });
      const local = anchor === undefined ? 0 : timeZone(zone).localAt(anchor);
      return wording.interval({ every, period, anchor: readingOf(local) });
    }
    case "crontab": {
      const crontab = parseCrontab(definition.expression, { days: definition.days });
      return wording.crontab(timeShapeOf(crontab), dateShapeOf(crontab));
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

function dependsOnZone(definition: ScheduleDefinition): boolean {
  if (definition.kind === "interval") return !isElapsed(definition.period);
  if (definition.kind !== "crontab") return definition.kind === "clocked";
  const { hours, days, months, weekdays } = parseCrontab(definition.expression, { days: definition.days });
  return hours.length < 24 || days.length < 31 || months.length < 12 || weekdays.length < 7;
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
