import { canonicalJson, type Json, type JsonObject } from "../base/json.ts";
import {
  defaultPolicies,
  type PeriodicTaskDraft,
  type PeriodicTaskOptions,
  type ScheduleDraft,
} from "../ledger/periodic-task-store.ts";

/** The options with a place of their own among the fields, each null where it is left to its default. */
const optionNames = [
  "overlap",
  "overlapLimit",
  "overlapQueue",
  "abandonAfterMs",
  "expiresMs",
  "timeLimitMs",
  "softTimeLimitMs",
  "keep",
  "endAfterRuns",
  "disableAfterFailures",
  "holdOnError",
  "headers",
] as const satisfies (keyof PeriodicTaskOptions)[];

/** What people edit of a periodic task, one value for each name, so that two of them can be compared field by field. */
export type PeriodicTaskFields = Readonly<Record<string, Json>>;

/** Everything but its schedules. */
export function fieldsOf(task: Omit<PeriodicTaskDraft, "schedules">): PeriodicTaskFields {
  const { name, payload, queue, priority, options, tags, ownerId, description, enabled } = task;
  const given: { readonly [key: string]: Json | undefined } = { ...options };
  return {
    name,
    task: task.task,
    ...("input" in payload
      ? { input: payload.input, args: null, kwargs: null }
      : { input: null, args: payload.args, kwargs: payload.kwargs }),
    queue,
    priority,
    ...Object.fromEntries(optionNames.map((option) => [option, given[option] ?? null])),
    tags: [...tags],
    ownerId,
    description,
    enabled,
  };
}

/** What people edit of a schedule. */
export function scheduleFieldsOf(schedule: ScheduleDraft): PeriodicTaskFields {
  const { calendar, gap, fold, misfire, catchUpWindowMs, catchUpCap, jitterMs, startsAt, endsAt } = {
    ...defaultPolicies,
    ...schedule,
  };
  return {
    name: schedule.name,
    definition: { ...schedule.definition },
    zone: schedule.zone,
    gap,
    fold,
    calendar: calendar && { id: calendar.id, rule: calendar.rule },
    input: schedule.input,
    ...{ misfire, catchUpWindowMs, catchUpCap, jitterMs, startsAt, endsAt },
    enabled: schedule.enabled,
  };
}

/** The names of the fields in which the two differ, in order. */
export function differingFields(a: PeriodicTaskFields, b: PeriodicTaskFields): readonly string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => !sameJson(a[name] ?? null, b[name] ?? null));
}

export function sameJson(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** In which fields the two periodic tasks differ; their schedules, in the order that they have, are one of them. */
export function differences(a: PeriodicTaskDraft, b: PeriodicTaskDraft): readonly string[] {
  const schedules = ({ schedules }: PeriodicTaskDraft) => schedules.map((one) => scheduleFieldsOf(one) as JsonObject);
  return differingFields({ ...fieldsOf(a), schedules: schedules(a) }, { ...fieldsOf(b), schedules: schedules(b) });
}
