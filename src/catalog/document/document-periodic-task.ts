import type { Instant } from "../../base/clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { PeriodicTaskRecord } from "../../ledger/periodic-task-reader.ts";
import { defaultPolicies, type PlannedSchedule } from "../../ledger/periodic-task-store.ts";
import type { PeriodicTaskInput } from "../periodic-task-check.ts";
import type { ScheduleInput } from "../schedule-check.ts";
import type { DocumentPeriodicTask, DocumentSchedule } from "./document-shape.ts";

/** A periodic task as it stands in a document: what is at its default is left out. */
export function toDocument(task: PeriodicTaskRecord): DocumentPeriodicTask {
  const { uid, name, payload, queue, priority, options, tags, owner, description, enabled, codeApp, codeBase } = task;
  const { overlap, ...policies } = options;
  const written: Record<string, unknown> = {
    ...{ uid, name, task: task.task },
    ...("input" in payload ? { input: payload.input } : argumentsOf(payload)),
    ...(description !== "" && { description }),
    ...(!enabled && { enabled }),
    ...(tags.length > 0 && { tags }),
    ...(owner !== null && { owner: owner.username }),
    ...(queue !== null && { queue }),
    ...(priority !== null && { priority }),
    ...(overlap !== "allow" && { overlap }),
    ...policies,
    schedules: task.schedules.map(scheduleToDocument),
    ...(codeApp !== null && codeBase !== null && { code: { app: codeApp, base: codeBase } }),
  };
  return written as DocumentPeriodicTask;
}

function argumentsOf({ args, kwargs }: { readonly args: readonly Json[]; readonly kwargs: JsonObject }) {
  return { ...(args.length > 0 && { args }), ...(Object.keys(kwargs).length > 0 && { kwargs }) };
}

const isoOf = (at: Instant) => new Date(at).toISOString();

function scheduleToDocument(schedule: PlannedSchedule): DocumentSchedule {
  const { uid, name, definition, zone, input, enabled, calendar, startsAt, endsAt } = schedule;
  const { gap, fold, misfire, catchUpWindowMs, catchUpCap, jitterMs } = schedule;
  const rules = { gap, fold, misfire, catchUpWindowMs, catchUpCap, jitterMs };
  const given = Object.entries(rules).filter(([key, value]) => value !== defaultPolicies[key as keyof typeof rules]);
  const written: Record<string, unknown> = {
    uid,
    ...(name !== "" && { name }),
    ...withTimes({ ...definition }),
    zone,
    ...(!enabled && { enabled }),
    ...(input !== null && { input }),
    ...Object.fromEntries(given),
    ...(calendar !== null && { calendar: { name: calendar.name, rule: calendar.rule } }),
    ...(startsAt !== null && { startsAt: isoOf(startsAt) }),
    ...(endsAt !== null && { endsAt: isoOf(endsAt) }),
  };
  return written as DocumentSchedule;
}

function withTimes(definition: Record<string, unknown>): Record<string, unknown> {
  for (const key of ["anchor", "at"]) {
    const value = definition[key];
    if (typeof value === "number") definition[key] = isoOf(value);
  }
  return definition;
}

export interface DocumentNames {
  readonly calendarId: (name: string) => number | undefined;
  /** Whether a calendar is not here only because a dry run makes none. */
  readonly isToCome: (calendar: string) => boolean;
  readonly userId: (name: string) => number | undefined;
}

/** A document's periodic task as the editor takes it, and what of it is left out because it names what is not here. */
export function fromDocument(
  { uid: _uid, owner, code: _code, schedules = [], ...task }: DocumentPeriodicTask,
  names: DocumentNames,
): { input: PeriodicTaskInput; notes: readonly string[] } {
  const notes: string[] = [];
  const ownerId = owner == null ? null : (names.userId(owner) ?? null);
  if (owner != null && ownerId === null) notes.push(`there is no user '${owner}' here: it has no owner`);
  const read = schedules.map(({ uid, calendar, startsAt, endsAt, ...schedule }, index): ScheduleInput => {
    const id = calendar == null ? undefined : names.calendarId(calendar.name);
    if (calendar != null && id === undefined && !names.isToCome(calendar.name)) {
      notes.push(`schedule ${index + 1} follows the calendar '${calendar.name}', which is not here: it follows none`);
    }
    return {
      ...schedule,
      calendar: calendar == null || id === undefined ? null : { id, rule: calendar.rule },
      startsAt: instantOf(startsAt),
      endsAt: instantOf(endsAt),
    } as ScheduleInput;
  });
  return { input: { ...task, ownerId, schedules: read } as PeriodicTaskInput, notes };
}

/** The shape was checked: text is an ISO time. */
function instantOf(time: number | string | null | undefined): Instant | null {
  return typeof time === "string" ? Date.parse(time) : (time ?? null);
}

/** What has passed is not made anew: it would never fire. */
export function hasPassed({ kind, at }: { readonly kind?: unknown; readonly at?: unknown }, now: Instant): boolean {
  if (kind !== "clocked") return false;
  const time = typeof at === "string" ? Date.parse(at) : at;
  return typeof time === "number" && time <= now;
}
