import type { Instant } from "../base/clock.ts";
import { foldRules, gapRules, type ScheduleRules } from "./clock-rules.ts";
import { parseInstantIn } from "./clocked.ts";
import { pathOf, quote, quoteJa, scheduleError } from "./schedule-error.ts";

/** The rules that a document gives, each with its default in place of what it leaves out. */
export type ParsedRules = Required<Pick<ScheduleRules, "gap" | "fold" | "startsAt" | "endsAt">>;

/**
 * Reads `gap`, `fold`, `startsAt` and `endsAt` from JSON of unknown origin. Instants may be text, which is read on the zone's clock
 * where it names no offset.
 *
 * @param zone an IANA name
 * @param path where the value stands in the document that was given; errors name the path of the part at fault
 * @throws HyoshiError `invalid_schedule`
 */
export function parseRules(value: Readonly<Record<string, unknown>>, zone: string, path = ""): ParsedRules {
  const instant = (field: "startsAt" | "endsAt"): Instant | null => {
    const given = value[field];
    return given === undefined || given === null ? null : parseInstantIn(zone, given, pathOf(path, field), field);
  };
  const rules = {
    gap: parseChoice(value.gap, gapRules, "gap", "時計が進むときの扱い", path),
    fold: parseChoice(value.fold, foldRules, "fold", "時計が戻るときの扱い", path),
    startsAt: instant("startsAt"),
    endsAt: instant("endsAt"),
  };
  const { startsAt, endsAt } = rules;
  if (startsAt === null || endsAt === null || startsAt <= endsAt) return rules;
  const [start, end] = [startsAt, endsAt].map((at) => new Date(at).toISOString());
  throw scheduleError({
    code: "invalid_schedule",
    message: `schedule end '${end}' lies before its start '${start}': expected a time after it`,
    ja: "終了日時が開始日時より前です。開始日時より後にしてください",
    field: "endsAt",
    path: pathOf(path, "endsAt"),
    value: value.endsAt,
    accepted: "a time after startsAt",
  });
}

function parseChoice<Choice extends string>(
  value: unknown,
  choices: readonly Choice[],
  field: "gap" | "fold",
  labelJa: string,
  path: string,
): Choice | "default" {
  if (value === undefined || value === null) return "default";
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  const accepted = choices.join(", ");
  throw scheduleError({
    code: "invalid_schedule",
    message: `schedule ${field} ${quote(value)} is not known: expected ${accepted}`,
    ja: `${labelJa}${quoteJa(value)}はありません（${choices.join("、")} のいずれか）`,
    field,
    path: pathOf(path, field),
    value,
    accepted,
  });
}

/**
 * Refuses bounds between which the schedule has no time.
 *
 * @param fires whether it has any
 * @throws HyoshiError `invalid_schedule`
 */
export function assertFires(fires: boolean, path = ""): void {
  if (fires) return;
  throw scheduleError({
    code: "invalid_schedule",
    message: "schedule has no time between its start and its end, on days that are open: expected one at least",
    ja: "開始日時から終了日時までの営業日に、実行される時刻が一つもありません",
    field: "endsAt",
    path: pathOf(path, "endsAt"),
    value: undefined,
    accepted: "bounds with a time between them",
  });
}
