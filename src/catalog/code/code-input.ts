import type { Instant } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { parseDefinition } from "../../schedule/definition.ts";
import type { DefinedPeriodicTask } from "../../task/periodic-task.ts";
import { toJson } from "../../task/to-json.ts";
import type { PeriodicTaskInput } from "../periodic-task-check.ts";
import type { PeriodicTaskFields } from "../periodic-task-fields.ts";
import type { ScheduleInput } from "../schedule-check.ts";

/** A definition as the editor takes it, and the keys of its schedules, in order. */
export interface CodeInput {
  readonly input: PeriodicTaskInput;
  readonly keys: readonly string[];
}

/**
 * A definition in code as the editor takes it; a text says what is wrong with it.
 *
 * @param calendarId of a calendar, by its name
 */
export function codeInput(
  { key: _key, schedules = [], ...definition }: DefinedPeriodicTask,
  calendarId: (name: string) => number | undefined,
): CodeInput | string {
  if (!Array.isArray(schedules)) return "schedules is not a list";
  const { value, issue } = toJson({ ...definition, schedules });
  if (issue !== undefined) return `${issue.path.slice(1).replaceAll("/", ".")} ${issue.message}`;
  const { schedules: plain, ...input } = value as JsonObject & { readonly schedules: readonly JsonObject[] };
  const keys: string[] = [];
  const read: ScheduleInput[] = [];
  for (const [index, { key, calendar, ...schedule }] of plain.entries()) {
    const own =
      typeof key === "string"
        ? key
        : typeof schedule.name === "string" && schedule.name !== ""
          ? schedule.name
          : String(index + 1);
    if (keys.includes(own)) return `schedules.${index} has the same key as another one, '${own}'`;
    keys.push(own);
    const named = calendar as { readonly name?: string; readonly rule?: "skip" | "previous" | "next" } | undefined;
    const id = named === undefined || named === null ? undefined : calendarId(named.name ?? "");
    if (named != null && id === undefined)
      return `schedules.${index}.calendar names '${named.name}', which is no calendar here`;
    const withCalendar = id === undefined ? {} : { calendar: { id, rule: named?.rule ?? "skip" } };
    read.push({ ...schedule, ...withCalendar } as ScheduleInput);
  }
  return { input: { ...input, schedules: read } as unknown as PeriodicTaskInput, keys };
}

/** A clocked time that has passed: made anew, it would never fire. */
export function hasPassedSchedule(schedule: ScheduleInput, now: Instant): boolean {
  if (schedule.kind !== "clocked") return false;
  try {
    const definition = parseDefinition(schedule);
    return definition.kind === "clocked" && definition.at <= now;
  } catch {
    // What makes no sense is told by the check.
    return false;
  }
}

/** Merged fields as the editor takes them. */
export function inputOfFields(
  fields: PeriodicTaskFields,
  schedules: readonly { readonly id: number | undefined; readonly fields: PeriodicTaskFields }[],
): PeriodicTaskInput {
  return {
    ...given(fields),
    schedules: schedules.map(({ id, fields: { definition, ...rest } }) => ({
      ...(definition as JsonObject),
      ...given(rest),
      ...(id !== undefined && { id }),
    })),
  } as unknown as PeriodicTaskInput;
}

const given = (fields: PeriodicTaskFields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
