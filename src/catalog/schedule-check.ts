import type { Instant } from "../base/clock.ts";
import { isHyoshiError } from "../base/error.ts";
import { type FieldError, fieldErrorOf, pointer } from "../base/field-error.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { PlannedSchedule, ScheduleDraft } from "../ledger/periodic-task-store.ts";
import { assertNotPast } from "../schedule/clocked.ts";
import { compileSchedule, parseDefinition, type ScheduleDefinition } from "../schedule/definition.ts";
import { assertFires, parseRules } from "../schedule/parse-rules.ts";
import { EARLIEST } from "../schedule/schedule.ts";
import { assertZone } from "../schedule/zone-name.ts";
import { checkSchedulePolicies, type SchedulePolicyInput } from "./schedule-policy-check.ts";

/** A schedule as somebody gave it: its kind's own fields, and what belongs to every schedule beside them. */
export interface ScheduleInput extends SchedulePolicyInput {
  readonly kind?: unknown;
  /** Of the schedule that this replaces. */
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  /** Default: the project's. */
  readonly zone?: string | undefined;
  readonly input?: { readonly [key: string]: unknown } | null | undefined;
  /** Default: `default`. */
  readonly gap?: unknown;
  readonly fold?: unknown;
  /** The first and the last instant: a number, or text, which is read on the zone's clock where it names no offset. */
  readonly startsAt?: unknown;
  readonly endsAt?: unknown;
}

export interface ScheduleCheckContext {
  readonly now: Instant;
  readonly timeZone: string;
  /** The schedules as they are: what is kept as it was may have passed. */
  readonly current: readonly PlannedSchedule[];
  /** Adds what is wrong. */
  readonly report: (...errors: readonly FieldError[]) => void;
}

/** The schedule as it is stored; undefined where something is wrong, which is then reported with its path below `path`. */
export function checkSchedule(
  given: ScheduleInput,
  path: string,
  context: ScheduleCheckContext,
): ScheduleDraft | undefined {
  const { now, current, report } = context;
  const before = given.id === undefined ? undefined : current.find(({ id }) => id === given.id);
  if (given.id !== undefined && before === undefined) {
    const detail = `schedule ${given.id} is not one of this periodic task's: leave the id out for a new one`;
    const text = {
      en: `Schedule ${given.id} is not one of this periodic task's`,
      ja: `スケジュール ${given.id} はこの定期タスクのものではありません`,
    };
    report({ path: pointer(path, "id"), code: "unknown_schedule", detail, text });
  }
  const policies = checkSchedulePolicies(given, path, report);
  const zone = attempt(path, report, () => assertZone(given.zone ?? context.timeZone, "zone"));
  const definition = attempt(path, report, () => parseDefinition(given));
  const rules = zone === undefined ? undefined : attempt(path, report, () => parseRules({ ...given }, zone));
  if (zone === undefined || definition === undefined || rules === undefined) return undefined;
  const checked = attempt(path, report, () => {
    const schedule = compileSchedule(definition, zone, rules);
    if (definition.kind === "clocked" && !isKept(definition, before)) assertNotPast(definition, now);
    if (rules.startsAt !== null || rules.endsAt !== null) assertFires(schedule.next(EARLIEST - 1) !== undefined);
    return true;
  });
  if (checked === undefined) return undefined;
  return {
    ...(before !== undefined && { id: before.id }),
    name: given.name ?? "",
    definition,
    zone,
    input: overlayOf(given.input),
    ...policies,
    ...rules,
    enabled: given.enabled ?? true,
  };
}

function overlayOf(input: ScheduleInput["input"]): JsonObject | null {
  return isJsonObject(input) && Object.keys(input).length > 0 ? (input as { [key: string]: Json }) : null;
}

function isKept(definition: ScheduleDefinition, before: PlannedSchedule | undefined): boolean {
  return (
    before?.definition.kind === "clocked" && definition.kind === "clocked" && before.definition.at === definition.at
  );
}

function attempt<T>(path: string, report: ScheduleCheckContext["report"], act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!isHyoshiError(error)) throw error;
    report(fieldErrorOf(error, path));
    return undefined;
  }
}
