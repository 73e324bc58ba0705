import { z } from "zod";
import { misfireRules, overlapRules } from "../../ledger/periodic-task-store.ts";

/** Milliseconds since the epoch, or ISO 8601 with an offset; written as the latter. */
const time = z.union([z.number().int(), z.iso.datetime({ offset: true })]);
const json = z.json();
const jsonObject = z.record(z.string(), json);
const fromZero = z.number().int().min(0).nullable().optional();
const positive = z.number().int().min(1).nullable().optional();

const schedule = z.strictObject({
  uid: z.string().max(100).optional(),
  name: z.string().max(200).optional(),
  kind: z.string(),
  every: z.number().optional(),
  period: z.string().optional(),
  anchor: time.nullable().optional(),
  expression: z.string().optional(),
  days: z.enum(["and", "or"]).optional(),
  event: z.string().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  at: time.optional(),
  zone: z.string().optional(),
  enabled: z.boolean().optional(),
  input: jsonObject.nullable().optional(),
  gap: z.enum(["default", "after", "skip"]).optional(),
  fold: z.enum(["default", "first", "second", "both"]).optional(),
  /** By its name. */
  calendar: z
    .strictObject({ name: z.string(), rule: z.enum(["skip", "previous", "next"]) })
    .nullable()
    .optional(),
  misfire: z.enum(misfireRules).optional(),
  catchUpWindowMs: positive,
  catchUpCap: positive,
  jitterMs: positive,
  startsAt: time.nullable().optional(),
  endsAt: time.nullable().optional(),
});

export const documentPeriodicTask = z.strictObject({
  uid: z.string().max(100).optional(),
  name: z.string(),
  task: z.string(),
  input: json.optional(),
  args: z.array(json).optional(),
  kwargs: jsonObject.optional(),
  enabled: z.boolean().optional(),
  schedules: z.array(schedule).optional(),
  queue: z.string().nullable().optional(),
  priority: z.number().int().nullable().optional(),
  overlap: z.enum(overlapRules).optional(),
  overlapLimit: positive,
  overlapQueue: positive,
  abandonAfterMs: positive,
  expiresMs: positive,
  timeLimitMs: positive,
  softTimeLimitMs: positive,
  keep: z
    .strictObject({ days: positive, failuresDays: positive, lastRuns: fromZero, mostRuns: positive })
    .nullable()
    .optional(),
  endAfterRuns: positive,
  disableAfterFailures: positive,
  holdOnError: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.string()).optional(),
  /** A user's name. */
  owner: z.string().nullable().optional(),
  description: z.string().optional(),
  /** Where code defines it, and how it was when that was last applied. */
  code: z.strictObject({ app: z.string(), base: jsonObject }).optional(),
});
export type DocumentPeriodicTask = z.infer<typeof documentPeriodicTask>;
export type DocumentSchedule = z.infer<typeof schedule>;

const day = z.strictObject({ date: z.iso.date(), name: z.string().optional() });
/** Known by its name. */
export const documentCalendar = z.strictObject({
  name: z.string(),
  /** 0 is Sunday. Default: Saturday and Sunday. */
  weekend: z.array(z.number().int().min(0).max(6)).optional(),
  holidays: z.array(z.strictObject({ country: z.string(), region: z.string().nullable().optional() })).optional(),
  years: z.strictObject({ from: z.number().int(), to: z.number().int() }).optional(),
  closed: z.array(day).optional(),
  open: z.array(day).optional(),
});
export type DocumentCalendar = z.infer<typeof documentCalendar>;

export const documentGroup = z.strictObject({ name: z.string(), permissions: z.array(z.string()) });
export type DocumentGroup = z.infer<typeof documentGroup>;

export const documentPause = z.strictObject({
  scope: z.enum(["all", "tag", "periodic-task", "schedule"]),
  /** The tag, or the uid of the periodic task or schedule. */
  target: z.string().optional(),
  reason: z.string(),
  untilAt: time.nullable().optional(),
});
export type DocumentPause = z.infer<typeof documentPause>;

/** Its parts are read one by one, so that one that makes no sense does not keep the others out. */
export const documentShape = z.strictObject({
  /** The version of this format. */
  hyoshi: z.literal(1),
  calendars: z.array(z.unknown()).optional(),
  groups: z.array(z.unknown()).optional(),
  periodicTasks: z.array(z.unknown()).optional(),
  pauses: z.array(z.unknown()).optional(),
});

/** Everything that people have set, as one document. What is at its default is left out. */
export interface ProjectDocument {
  readonly hyoshi: 1;
  readonly calendars: readonly DocumentCalendar[];
  readonly groups: readonly DocumentGroup[];
  readonly periodicTasks: readonly DocumentPeriodicTask[];
  readonly pauses: readonly DocumentPause[];
}
