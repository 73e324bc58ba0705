import type { ScheduleRules } from "./clock-rules.ts";
import { type ClockedDefinition, createClocked, parseClocked } from "./clocked.ts";
import { type CrontabDefinition, createCrontab } from "./crontab.ts";
import { canonicalCrontab, parseCrontab } from "./crontab-parse.ts";
import { createInterval, type IntervalDefinition, parseInterval } from "./interval.ts";
import { EARLIEST, LATEST, type Schedule, withinBounds } from "./schedule.ts";
import { pathOf, quote, quoteJa, scheduleError } from "./schedule-error.ts";
import { createSolar, parseSolar, type SolarDefinition } from "./solar.ts";
import { timeZone } from "./time-zone.ts";

/** When, as the database and the API hold it in JSON. The time zone is apart from it. */
export type ScheduleDefinition = IntervalDefinition | CrontabDefinition | SolarDefinition | ClockedDefinition;

export const scheduleKinds = [
  "interval",
  "crontab",
  "solar",
  "clocked",
] as const satisfies ScheduleDefinition["kind"][];

/**
 * The sequence of nominal times of a definition in a time zone (an IANA name), under the rules that bend it (default: none). The
 * rules for changes of the clocks concern crontabs and intervals of days, weeks and months; the others name no wall-clock times.
 *
 * @throws HyoshiError as {@link parseDefinition} does, and `unknown_time_zone`
 */
export function compileSchedule(definition: ScheduleDefinition, zone: string, rules: ScheduleRules = {}): Schedule {
  const { startsAt, endsAt } = rules;
  const schedule = create(definition, zone, rules);
  return withinBounds(schedule, Math.max(startsAt ?? EARLIEST, EARLIEST), Math.min(endsAt ?? LATEST, LATEST));
}

function create(definition: ScheduleDefinition, zone: string, rules: ScheduleRules): Schedule {
  switch (definition.kind) {
    case "interval":
      return createInterval(definition, timeZone(zone), rules);
    case "crontab":
      return createCrontab(definition, timeZone(zone), rules);
    case "solar":
      timeZone(zone);
      return createSolar(definition);
    case "clocked":
      timeZone(zone);
      return createClocked(definition);
    default:
      throw unknownKind(definition, "");
  }
}

/**
 * Reads a definition from JSON of unknown origin. Keys that are not part of the kind are left out of the answer, so
 * that a document may carry the zone, a name and the like beside them; instants may be ISO 8601 text with an offset.
 *
 * @param path where the definition stands in the document that was given; errors name the path of the value at fault
 * @throws HyoshiError `invalid_schedule`, `invalid_interval`, `invalid_crontab`, `crontab_never_matches`,
 *   `invalid_solar`, `invalid_clocked`, each with `fields` `{field, path, value, accepted}`
 */
export function parseDefinition(value: unknown, path = ""): ScheduleDefinition {
  if (!isRecord(value)) {
    const accepted = `an object with a kind: ${scheduleKinds.join(", ")}`;
    const message = `schedule ${quote(value)} is not an object: expected ${accepted}`;
    const ja = `スケジュール${quoteJa(value)}はオブジェクトではありません。種類（${scheduleKinds.join("、")}）を指定してください`;
    throw scheduleError({ code: "invalid_schedule", message, ja, field: "schedule", path, value, accepted });
  }
  switch (value.kind) {
    case "interval":
      return parseInterval(value, path);
    case "crontab":
      return parseCrontabDefinition(value, path);
    case "solar":
      return parseSolar(value, path);
    case "clocked":
      return parseClocked(value, path);
    default:
      throw unknownKind(value, path);
  }
}

function parseCrontabDefinition(
  { expression, days }: Readonly<Record<string, unknown>>,
  path: string,
): CrontabDefinition {
  const combined = parseCombination(days, pathOf(path, "days"));
  parseCrontab(expression, { path: pathOf(path, "expression"), days: combined });
  const text = canonicalCrontab(String(expression), combined);
  return { kind: "crontab", expression: text, ...(combined === "or" && { days: combined }) };
}

function parseCombination(value: unknown, path: string): "and" | "or" {
  if (value === undefined || value === null || value === "and") return "and";
  if (value === "or") return "or";
  const accepted = "and, or";
  throw scheduleError({
    code: "invalid_crontab",
    message: `crontab days ${quote(value)} is not known: expected ${accepted}`,
    ja: `日と曜日の組み合わせ${quoteJa(value)}はありません（and、or のいずれか）`,
    field: "days",
    path,
    value,
    accepted,
  });
}

function unknownKind({ kind }: { readonly kind?: unknown }, path: string): Error {
  const accepted = scheduleKinds.join(", ");
  const wrong = kind === undefined ? "is missing" : `${quote(kind)} is not known`;
  return scheduleError({
    code: "invalid_schedule",
    message: `schedule kind ${wrong}: expected ${accepted}`,
    ja: `${kind === undefined ? "スケジュールの種類が必要です" : `スケジュールの種類${quoteJa(kind)}はありません`}（${scheduleKinds.join("、")} のいずれか）`,
    field: "kind",
    path: pathOf(path, "kind"),
    value: kind,
    accepted,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
