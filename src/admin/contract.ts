/**
 * The wire types of the admin's API, the only file of the package that the front-end imports (types alone).
 * Instants are integer milliseconds since the epoch, durations integer milliseconds and end in `Ms`.
 */
import { z } from "zod";
import { corePermissions } from "../account/permission.ts";

export const instant = z.number().int();
export const json: z.ZodType<unknown> = z.unknown();

/** Lists answer a page and the cursor of the next one; `count` is exact up to 10,000 and cut there. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable(),
    /** Present when asked for with `?count=true`. */
    count: z.object({ value: z.number().int(), capped: z.boolean() }).optional(),
  });
export interface Page<T> {
  items: T[];
  next: string | null;
  count?: { value: number; capped: boolean };
}

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(500).optional(),
  count: z.enum(["true", "false"]).optional(),
});

/** A sentence for people, in both languages of the admin. */
export const bilingual = z.object({ en: z.string(), ja: z.string() });

/** RFC 9457, with one entry per offending field. `path` is a JSON Pointer into the body, or `?name` for a query parameter. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  /** The same for the person who met it. */
  text: bilingual.optional(),
  errors: z
    .array(
      z.object({
        path: z.string(),
        code: z.string(),
        detail: z.string(),
        accepted: z.string().optional(),
        /** The part of the value at fault, where it has no path of its own: a crontab's `minute`, `hour`, `day_of_month` … */
        field: z.string().optional(),
        /** Fault and remedy in one, for the person at the form. */
        text: bilingual.optional(),
      }),
    )
    .optional(),
  /** With 409 `stale_version`: the resource as it is now. */
  current: z.unknown().optional(),
});
export type Problem = z.infer<typeof problem>;

// ---- session --------------------------------------------------------------------------------------------------

export const sessionUser = z.object({
  id: z.number().int(),
  username: z.string(),
  displayName: z.string(),
  superuser: z.boolean(),
});

export const session = z.object({
  user: sessionUser,
  /** Every permission that the user holds; a superuser has them all listed. */
  permissions: z.array(z.string()),
  csrfToken: z.string(),
  /** The project's settings that the screens need. */
  settings: z.object({ timeZone: z.string(), version: z.string(), projectName: z.string() }),
});
export type Session = z.infer<typeof session>;
/** Who looks at the page: nobody is an answer, and no error. */
export const visitor = z.object({ session: session.nullable() });
export const signIn = z.object({ username: z.string().max(150), password: z.string().max(1024) });
export const ownPassword = z.object({ currentPassword: z.string().max(1024), newPassword: z.string().max(1024) });

/** The permissions that are not about an app's model. A model `m` adds `model.m.view`, `.add`, `.change`, `.delete`. */
export const permissions = corePermissions;
export type Permission = (typeof permissions)[number] | `model.${string}.${"view" | "add" | "change" | "delete"}`;

// ---- schedules ------------------------------------------------------------------------------------------------

export const scheduleDefinition = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("interval"),
    every: z.number(),
    period: z.enum(["seconds", "minutes", "hours", "days", "weeks", "months"]),
    anchor: z.union([instant, z.string()]).optional(),
  }),
  z.object({
    kind: z.literal("crontab"),
    expression: z.string(),
    /** Day of month and day of week: both must match, or one of them. */
    days: z.enum(["and", "or"]).optional(),
  }),
  z.object({ kind: z.literal("solar"), event: z.string(), latitude: z.number(), longitude: z.number() }),
  z.object({ kind: z.literal("clocked"), at: z.union([instant, z.string()]) }),
]);

/** What becomes of a time that a change of the zone's offset leaves out, and which of the two that it repeats. */
export const gapRule = z.enum(["default", "after", "skip"]);
export const foldRule = z.enum(["default", "first", "second", "both"]);
/** What becomes of a time on a day on which the calendar is closed: left out, or moved to the business day before or after. */
export const calendarRule = z.enum(["skip", "previous", "next"]);
/** Which of the times that are late are sent: none, the last, or all within `catchUpWindowMs` and `catchUpCap`. */
export const misfireRule = z.enum(["skip", "latest", "all"]);
const positiveInteger = z.number().int().min(1);

/** What decides, beside the definition, when a schedule fires. */
const timeRules = {
  gap: gapRule.default("default"),
  fold: foldRule.default("default"),
  calendar: z.object({ id: z.number().int(), rule: calendarRule }).nullable().default(null),
  /** The first and the last instant at which it may fire; text is read on the zone's clock where it names no offset. */
  startsAt: z.union([instant, z.string()]).nullable().default(null),
  endsAt: z.union([instant, z.string()]).nullable().default(null),
};

/** What belongs to a schedule besides its definition; sent beside the definition's own fields. */
const scheduleExtras = {
  /** Absent for a new schedule; kept ones name theirs, so that their cursor and ledger go on. */
  id: z.number().int().optional(),
  name: z.string().max(200).default(""),
  enabled: z.boolean().default(true),
  /** IANA name; default: the project's zone. */
  zone: z.string().optional(),
  /** Laid over the periodic task's input, key by key. */
  input: z.record(z.string(), json).nullable().default(null),
  ...timeRules,
  misfire: misfireRule.default("latest"),
  /** With `all`: older times are missed; null: none is too old. */
  catchUpWindowMs: positiveInteger.nullable().default(null),
  /** With `all`: the most that are sent; null: 1,000. */
  catchUpCap: positiveInteger.nullable().default(null),
  /** Runs begin up to so much after their nominal time; null: at it. */
  jitterMs: positiveInteger.nullable().default(null),
};
export const scheduleInput = z.discriminatedUnion("kind", [
  scheduleDefinition.options[0].extend(scheduleExtras),
  scheduleDefinition.options[1].extend(scheduleExtras),
  scheduleDefinition.options[2].extend(scheduleExtras),
  scheduleDefinition.options[3].extend(scheduleExtras),
]);
export type ScheduleInput = z.input<typeof scheduleInput>;

export const scheduleView = z.object({
  id: z.number().int(),
  periodicTaskId: z.number().int(),
  name: z.string(),
  /** The definition's own fields (kind, every, expression …). */
  definition: scheduleDefinition,
  zone: z.string(),
  enabled: z.boolean(),
  input: z.record(z.string(), json).nullable(),
  gap: gapRule,
  fold: foldRule,
  calendar: z.object({ id: z.number().int(), rule: calendarRule, name: z.string() }).nullable(),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  misfire: misfireRule,
  catchUpWindowMs: z.number().int().nullable(),
  catchUpCap: z.number().int().nullable(),
  jitterMs: z.number().int().nullable(),
  description: bilingual,
  /** When it fires next. Null: nothing to wait for (off, ended, or broken). */
  nextAt: instant.nullable(),
  accountedTo: instant,
  /** Why the schedule cannot be computed, in words; null when it can. */
  error: z.string().nullable(),
  version: z.number().int(),
});
export type ScheduleView = z.infer<typeof scheduleView>;

export const schedulePreviewRequest = z.intersection(
  scheduleDefinition,
  z.object({
    zone: z.string().optional(),
    after: z.union([instant, z.string()]).optional(),
    count: z.number().int().min(1).max(100).default(10),
  }),
);
export const schedulePreview = z.object({
  description: bilingual,
  zone: z.string(),
  /** `local` is ISO 8601 in the schedule's zone with its offset. */
  times: z.array(z.object({ at: instant, local: z.string() })),
  /** Nominal times in the coming 365 days, exact up to 100,000. */
  perYear: z.object({ value: z.number().int(), capped: z.boolean() }),
  /** The next changes of the zone's offset that alter a nominal time, in words. */
  warnings: z.array(z.object({ at: instant, text: bilingual })),
});
export type SchedulePreview = z.infer<typeof schedulePreview>;

// ---- periodic tasks -------------------------------------------------------------------------------------------

/** What becomes of a run that is sent while `overlapLimit` others are unfinished; one rule for scheduled, manual and API runs. */
export const overlapRule = z.enum(["allow", "skip", "queue", "replace"]);
const policies = {
  queue: z.string().min(1).max(200).nullable().default(null),
  /** 0 to 9, higher first; null: the task's own. */
  priority: z.number().int().min(0).max(9).nullable().default(null),
  /** A run that has not begun so long after its nominal time expires; null: never. */
  expiresMs: z.number().int().min(1).nullable().default(null),
  /** Hard limit of one attempt; null: the task's own. */
  timeLimitMs: z.number().int().min(1).nullable().default(null),
  overlap: overlapRule.default("allow"),
  /** Unfinished runs beyond which the rule applies; null: 1. */
  overlapLimit: z.number().int().min(1).max(100).nullable().default(null),
  /** With `queue`: how many may wait; null: 1. */
  overlapQueue: z.number().int().min(1).max(1000).nullable().default(null),
  /** From when on an unfinished run is lost and blocks no other; null: 24 hours. */
  abandonAfterMs: positiveInteger.nullable().default(null),
  /** After so many sent runs it is over; null: never. */
  endAfterRuns: positiveInteger.nullable().default(null),
  /** After so many failures in a row it is switched off; null: never. */
  disableAfterFailures: positiveInteger.nullable().default(null),
  /** After a failed run nothing fires until it is released. */
  holdOnError: z.boolean().default(false),
  headers: z.record(z.string().max(200), z.string().max(2000)).default({}),
};

export const periodicTaskInput = z.object({
  // Neither may be empty; that is told together with everything else that is wrong.
  name: z.string().max(200),
  task: z.string().max(200),
  /** For a task with a schema. */
  input: json.optional(),
  /** For a task without one. */
  args: z.array(json).optional(),
  kwargs: z.record(z.string(), json).optional(),
  enabled: z.boolean().default(true),
  schedules: z.array(scheduleInput).max(50).default([]),
  description: z.string().max(100_000).optional(),
  tags: z.array(z.string().min(1).max(100)).max(50).default([]),
  ownerId: z.number().int().nullable().default(null),
  ...policies,
  /** The version that the change was made from; needed with PUT. */
  version: z.number().int().optional(),
});
export type PeriodicTaskInput = z.input<typeof periodicTaskInput>;

export const runState = z.enum([
  "unpublished",
  "ready",
  "scheduled",
  "held",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "expired",
  "lost",
]);
export type RunState = z.infer<typeof runState>;

/** One bar of the strip: a run, or a nominal time without one. */
export const stripEntry = z.object({
  at: instant,
  kind: z.enum(["run", "firing"]),
  /** A run's state, or the firing's verdict. */
  state: z.string(),
  runId: z.string().nullable(),
  durationMs: z.number().int().nullable(),
});
export type StripEntry = z.infer<typeof stripEntry>;

/**
 * A warning on a periodic task or a run that its reader can act on: `unknown_task`, `task_without_worker`, `queue_without_worker`,
 * `invalid_input`, `schedule_error`.
 */
export const warning = z.object({ code: z.string(), text: bilingual });

/** Why a periodic task fires no more until somebody releases it. */
export const heldReason = z.object({
  /** A run failed and it holds on error; so many failed in a row; it has sent as many as it may. */
  kind: z.enum(["failed_run", "failures", "ended"]),
  at: instant,
  runId: z.string().nullable(),
  count: z.number().int().nullable(),
  text: bilingual,
});

export const periodicTaskSummary = z.object({
  id: z.number().int(),
  uid: z.string(),
  name: z.string(),
  task: z.string(),
  enabled: z.boolean(),
  archivedAt: instant.nullable(),
  paused: z.object({ reason: z.string(), untilAt: instant.nullable(), by: z.string() }).nullable(),
  heldReason: heldReason.nullable(),
  /** The app whose code defines it; null for one that was made in the admin. */
  codeApp: z.string().nullable(),
  queue: z.string(),
  tags: z.array(z.string()),
  owner: z.object({ id: z.number().int(), username: z.string() }).nullable(),
  schedules: z.array(scheduleView),
  nextAt: instant.nullable(),
  last: z
    .object({
      runId: z.string(),
      state: z.string(),
      at: instant,
      durationMs: z.number().int().nullable(),
    })
    .nullable(),
  strip: z.array(stripEntry),
  warnings: z.array(warning),
  version: z.number().int(),
});
export type PeriodicTaskSummary = z.infer<typeof periodicTaskSummary>;

export const periodicTaskView = periodicTaskSummary.extend({
  input: json.optional(),
  args: z.array(json).optional(),
  kwargs: z.record(z.string(), json).optional(),
  description: z.string(),
  ownerId: z.number().int().nullable(),
  queueSetting: z.string().nullable(),
  priority: z.number().int().nullable(),
  expiresMs: z.number().int().nullable(),
  timeLimitMs: z.number().int().nullable(),
  overlap: overlapRule,
  overlapLimit: z.number().int().nullable(),
  overlapQueue: z.number().int().nullable(),
  abandonAfterMs: z.number().int().nullable(),
  endAfterRuns: z.number().int().nullable(),
  disableAfterFailures: z.number().int().nullable(),
  holdOnError: z.boolean(),
  headers: z.record(z.string(), z.string()),
  createdAt: instant,
  updatedAt: instant,
});
export type PeriodicTaskView = z.infer<typeof periodicTaskView>;

export const periodicTaskQuery = pageQuery.extend({
  q: z.string().max(200).optional(),
  enabled: z.enum(["true", "false"]).optional(),
  lastOutcome: z.string().max(40).optional(),
  task: z.string().max(200).optional(),
  queue: z.string().max(200).optional(),
  tag: z.string().max(100).optional(),
  archived: z.enum(["true", "false"]).optional(),
  sort: z.enum(["name", "-name", "task", "-task", "nextAt", "-nextAt"]).default("name"),
});

export const pauseInput = z.object({ reason: z.string().min(1).max(500), untilAt: instant.nullable().default(null) });

const tagList = z.array(z.string().min(1).max(100)).max(50).default([]);
const bulkIds = z.array(z.number().int()).min(1).max(1000);
export const bulkAction = z.discriminatedUnion("action", [
  z.object({ action: z.enum(["enable", "disable", "run", "resume", "delete"]), ids: bulkIds }),
  pauseInput.extend({ action: z.literal("pause"), ids: bulkIds }),
  /** Takes the tags of `remove` away, then gives those of `add`. */
  z.object({ action: z.literal("tag"), ids: bulkIds, add: tagList, remove: tagList }),
]);
export const bulkResult = z.object({
  done: z.number().int(),
  failed: z.array(z.object({ id: z.number().int(), code: z.string(), detail: z.string(), text: bilingual.optional() })),
});
export type BulkResult = z.infer<typeof bulkResult>;

/** A tag that some periodic task has. */
export const tagView = z.object({ name: z.string() });

/** What archiving would stop, asked before it is done (`GET /periodic-tasks/{id}/deletion`). */
export const deletionPreview = z.object({
  schedules: z.number().int(),
  nextAt: instant.nullable(),
  waitingRuns: z.number().int(),
  runningRuns: z.number().int(),
});

// ---- runs -----------------------------------------------------------------------------------------------------

export const runNow = z.object({
  input: json.optional(),
  args: z.array(json).optional(),
  kwargs: z.record(z.string(), json).optional(),
  /** A later time; default: at once. */
  at: instant.optional(),
  /** `allow` sends it although the overlap rule would skip it. */
  overlap: z.enum(["allow"]).optional(),
});

export const sendRun = z.object({
  task: z.string().min(1).max(200),
  input: json.optional(),
  args: z.array(json).optional(),
  kwargs: z.record(z.string(), json).optional(),
  queue: z.string().min(1).max(200).optional(),
  priority: z.number().int().min(0).max(9).optional(),
  at: instant.optional(),
  expiresMs: z.number().int().min(1).optional(),
});

/** `sent` repeats the run as it was sent; `current` uses the periodic task as it is today. */
export const rerun = z.object({ definition: z.enum(["sent", "current"]).default("sent") });

export const runSummary = z.object({
  id: z.string(),
  task: z.string(),
  state: runState,
  /** A run that waits for its next attempt after a failed one. */
  retrying: z.boolean(),
  queue: z.string(),
  priority: z.number().int(),
  periodicTask: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  /** What sent it: `schedule`, `manual`, `api`, `task`, `rerun`. */
  origin: z.string(),
  /** The user's name for `manual`, `api` and `rerun`. */
  originBy: z.string().nullable(),
  schedule: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  nominalAt: instant.nullable(),
  queuedAt: instant,
  availableAt: instant.nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** From the first start to the end, or to now for a running one (null before it began). */
  durationMs: z.number().int().nullable(),
  worker: z.string().nullable(),
  attempt: z.number().int(),
  progress: z.object({ current: z.number(), total: z.number().nullable(), text: z.string().nullable() }).nullable(),
  cancelRequestedAt: instant.nullable(),
  warnings: z.array(warning),
});
export type RunSummary = z.infer<typeof runSummary>;

export const runError = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().nullable(),
  code: z.string().nullable(),
});

export const attemptView = z.object({
  number: z.number().int(),
  worker: z.string().nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** `running`, `succeeded`, `failed`, `retried`, `lost`, `cancelled`, `late`. */
  outcome: z.string(),
  error: runError.nullable(),
});

export const runView = runSummary.extend({
  input: json.optional(),
  args: z.array(json).optional(),
  kwargs: z.record(z.string(), json).optional(),
  result: json.optional(),
  error: runError.nullable(),
  attempts: z.array(attemptView),
  parentId: z.string().nullable(),
  rootId: z.string().nullable(),
  children: z.array(z.object({ id: z.string(), task: z.string(), state: runState })),
  expiresAt: instant.nullable(),
  scheduleVersion: z.number().int().nullable(),
  /** How long after its nominal (or asked) time it began; null before that. */
  latenessMs: z.number().int().nullable(),
  rerunOf: z.string().nullable(),
});
export type RunView = z.infer<typeof runView>;

export const runQuery = pageQuery.extend({
  periodicTaskId: z.coerce.number().int().optional(),
  state: z.string().max(200).optional(),
  task: z.string().max(200).optional(),
  queue: z.string().max(200).optional(),
  q: z.string().max(200).optional(),
  since: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
});

export const logChunk = z.object({
  chunk: z.number().int(),
  attempt: z.number().int(),
  firstLine: z.number().int(),
  at: instant,
  /** Whole lines, each ended by \n, as the task wrote them (ANSI colours kept); each starts with `HH:mm:ss.SSS LEVEL `. */
  text: z.string(),
});
export const logPage = z.object({
  items: z.array(logChunk),
  /** The chunk to ask after next. */
  next: z.number().int(),
  /** No more will come. */
  complete: z.boolean(),
});
export type LogPage = z.infer<typeof logPage>;

// ---- firings --------------------------------------------------------------------------------------------------

export const verdict = z.enum(["sent", "held", "moved", "merged", "skipped", "missed", "off", "failed"]);
export const firingView = z.object({
  scheduleId: z.number().int(),
  scheduleName: z.string(),
  periodicTaskId: z.number().int(),
  nominalAt: instant,
  /** The last nominal time of the span; equal to `nominalAt` for a single one. */
  throughAt: instant,
  /** How many nominal times it covers; null beyond what is counted. */
  count: z.number().int().nullable(),
  verdict,
  /** A code such as `overlap`; `reasonText` says it in a sentence. */
  reason: z.string(),
  reasonText: bilingual,
  runId: z.string().nullable(),
  scheduleVersion: z.number().int(),
  decidedAt: instant,
});
export type FiringView = z.infer<typeof firingView>;
export const firingQuery = pageQuery.extend({
  periodicTaskId: z.coerce.number().int().optional(),
  scheduleId: z.coerce.number().int().optional(),
  verdict: verdict.optional(),
});

// ---- tasks, workers, queues -----------------------------------------------------------------------------------

export const taskView = z.object({
  name: z.string(),
  app: z.string().nullable(),
  description: z.string().nullable(),
  /** JSON Schema of the input; null: args and kwargs. */
  inputSchema: json.nullable(),
  queue: z.string(),
  priority: z.number().int(),
  timeLimitMs: z.number().int().nullable(),
  /** Live workers that have it. 0: nobody runs it now. */
  workers: z.number().int(),
  /** More than one schema is announced: a deploy is under way. */
  mixedVersions: z.boolean(),
  permission: z.string().nullable(),
});
export type TaskView = z.infer<typeof taskView>;

export const workerView = z.object({
  id: z.number().int(),
  kind: z.enum(["beat", "worker", "admin"]),
  name: z.string(),
  host: z.string(),
  pid: z.number().int(),
  startedAt: instant,
  leaseUntil: instant,
  live: z.boolean(),
  /** How late the event loop was at the last renewal. */
  loopLagMs: z.number().int(),
  queues: z.array(z.string()),
  concurrency: z.number().int().nullable(),
  running: z.number().int(),
  info: json,
});
export type WorkerView = z.infer<typeof workerView>;

export const queueView = z.object({
  name: z.string(),
  ready: z.number().int(),
  scheduled: z.number().int(),
  held: z.number().int(),
  running: z.number().int(),
  /** Counts stop at 10,000. */
  capped: z.boolean(),
  workers: z.number().int(),
  oldestReadyAt: instant.nullable(),
});
export type QueueView = z.infer<typeof queueView>;

export const health = z.object({
  status: z.enum(["ok", "warning", "error"]),
  beats: z.number().int(),
  workers: z.number().int(),
  /** How late the oldest due schedule is; 0 when none is. */
  oldestDueMs: z.number().int(),
  queuesWithoutWorker: z.array(z.object({ queue: z.string(), waiting: z.number().int() })),
  problems: z.array(z.object({ code: z.string(), text: bilingual, severity: z.enum(["warning", "error"]) })),
});
export type Health = z.infer<typeof health>;

/** What the Overview asks: failures of the last day not since succeeded, what runs, what comes next. */
export const overview = z.object({
  failing: z.array(
    z.object({ periodicTaskId: z.number().int(), name: z.string(), runId: z.string(), at: instant, state: z.string() }),
  ),
  running: z.array(runSummary),
  upcoming: z.array(z.object({ periodicTaskId: z.number().int(), name: z.string(), at: instant })),
});
export type Overview = z.infer<typeof overview>;

// ---- people ---------------------------------------------------------------------------------------------------

export const userView = z.object({
  id: z.number().int(),
  username: z.string(),
  displayName: z.string(),
  email: z.string(),
  active: z.boolean(),
  superuser: z.boolean(),
  groupIds: z.array(z.number().int()),
  permissions: z.array(z.string()),
  lastSignInAt: instant.nullable(),
  createdAt: instant,
  version: z.number().int(),
});
export type UserView = z.infer<typeof userView>;
export const userInput = z.object({
  username: z.string().min(1).max(150),
  displayName: z.string().max(200).default(""),
  email: z.string().max(254).default(""),
  active: z.boolean().default(true),
  superuser: z.boolean().default(false),
  groupIds: z.array(z.number().int()).default([]),
  permissions: z.array(z.string()).default([]),
  /** Only when made; later through `PUT /users/{id}/password`. */
  password: z.string().max(1024).optional(),
  version: z.number().int().optional(),
});
export const setPassword = z.object({ newPassword: z.string().max(1024) });

/** Who can own a periodic task. */
export const personView = z.object({ id: z.number().int(), username: z.string(), displayName: z.string() });

export const groupView = z.object({
  id: z.number().int(),
  name: z.string(),
  permissions: z.array(z.string()),
  users: z.number().int(),
  version: z.number().int(),
});
export type GroupView = z.infer<typeof groupView>;
export const groupInput = z.object({
  name: z.string().min(1).max(150),
  permissions: z.array(z.string()).default([]),
  version: z.number().int().optional(),
});

export const permissionView = z.object({ code: z.string(), label: bilingual });
export const tokenView = z.object({
  id: z.number().int(),
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
});
export const tokenInput = z.object({ name: z.string().min(1).max(200), expiresAt: instant.nullable().default(null) });
/** The token itself is answered once, when it is made. */
export const tokenCreated = tokenView.extend({ token: z.string() });

export const changeView = z.object({
  id: z.number().int(),
  at: instant,
  by: z.string(),
  /** `periodic-task`, `user`, `group`, `token` or `model:<name>`. */
  resource: z.string(),
  resourceId: z.string(),
  label: z.string(),
  /** `created`, `updated`, `archived`, `deleted`, `enabled`, `disabled`, `paused`, `resumed`, `password`. */
  action: z.string(),
  before: json.nullable(),
  after: json.nullable(),
});
export type ChangeView = z.infer<typeof changeView>;
export const changeQuery = pageQuery.extend({
  resource: z.string().max(200).optional(),
  resourceId: z.string().max(200).optional(),
});

// ---- apps' models ---------------------------------------------------------------------------------------------

export const modelField = z.object({
  name: z.string(),
  kind: z.enum(["id", "integer", "number", "text", "longText", "boolean", "instant", "json", "choice"]),
  label: bilingual,
  help: bilingual.nullable(),
  required: z.boolean(),
  readOnly: z.boolean(),
  maxLength: z.number().int().nullable(),
  choices: z.array(z.string()).nullable(),
  /** May be null. */
  nullable: z.boolean(),
  /** What a new record gets that does not say; absent where there is no default. */
  default: json.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
});
export const modelView = z.object({
  /** `tapp_a.counter` */
  name: z.string(),
  app: z.string(),
  label: bilingual,
  labelPlural: bilingual,
  fields: z.array(modelField),
  list: z.object({
    columns: z.array(z.string()),
    ordering: z.string(),
    search: z.array(z.string()),
    filters: z.array(z.string()),
  }),
});
export type ModelView = z.infer<typeof modelView>;
/**
 * Any column of the model by name, besides the page's parameters; `sort` is a column, `-` before it reverses. Numbers and times also
 * take `<column>.from` and `<column>.to`. A column that is called as one of the page's parameters is `filter.<column>`, as any may be.
 */
export const recordQuery = pageQuery
  .extend({ q: z.string().max(200).optional(), sort: z.string().max(100).optional() })
  .loose();
export const record = z.record(z.string(), json);

/** `GET /events`: server-sent events named `changed`, whose data is this; a hint to read again, never the truth. */
export const changedEvent = z.object({ topics: z.array(z.string()) });
