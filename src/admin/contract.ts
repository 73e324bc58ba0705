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

/** What a pause holds back: everything, all with a tag, a periodic task, one schedule. */
export const pauseScope = z.enum(["all", "tag", "periodic-task", "schedule"]);
/** A pause that is in force for something, and what it was given for. */
export const pauseInForce = z.object({
  id: z.number().int(),
  scope: pauseScope,
  /** The tag, or the id as text; empty for everything. */
  scopeId: z.string(),
  reason: z.string(),
  untilAt: instant.nullable(),
  by: z.string(),
  fromAt: instant,
});
export type PauseInForce = z.infer<typeof pauseInForce>;

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
  /** The pause in force that keeps it from firing, of whichever scope. */
  paused: pauseInForce.nullable(),
  /** The next change of the zone's offset that alters one of its times, in words. */
  offsetChange: z.object({ at: instant, text: bilingual }).nullable(),
  version: z.number().int(),
});
export type ScheduleView = z.infer<typeof scheduleView>;

export const schedulePreviewRequest = z.intersection(
  scheduleDefinition,
  z.object({
    zone: z.string().optional(),
    ...timeRules,
    /** A saved schedule that is being edited: what it hashes (`H`) stays as it is. */
    scheduleId: z.number().int().optional(),
    after: z.union([instant, z.string()]).optional(),
    count: z.number().int().min(1).max(100).default(10),
    /** Asks for all times up to here, at most 1,000, in place of `count`. */
    until: z.union([instant, z.string()]).optional(),
  }),
);
const localTime = z.object({ at: instant, local: z.string() });
export const schedulePreview = z.object({
  description: bilingual,
  /** What its bounds, its calendar and its rules for changes of the clocks do, a sentence each. */
  effects: z.array(bilingual),
  zone: z.string(),
  /** `local` is ISO 8601 in the schedule's zone with its offset. */
  times: z.array(localTime),
  /** More times follow within the window that was asked for. */
  more: z.boolean(),
  /** Named times in the stretch of `times` at which it does not fire, and why. */
  exceptions: z.array(
    localTime.extend({
      reason: z.enum(["calendar", "daylight_saving"]),
      movedTo: localTime.nullable(),
      text: bilingual,
    }),
  ),
  /** Nominal times in the coming 365 days, exact up to 100,000. */
  perYear: z.object({ value: z.number().int(), capped: z.boolean() }),
  /** How often it fires on each of the coming 28 days of the zone; counts stop at 100,000. */
  perDay: z.array(z.object({ date: z.string(), count: z.number().int() })),
  /** The next changes of the zone's offset that alter a nominal time, in words. */
  warnings: z.array(z.object({ at: instant, text: bilingual })),
});
export type SchedulePreview = z.infer<typeof schedulePreview>;

/** Which of a schedule's coming times another plan changes. */
export const plannedEffect = z.object({
  scheduleId: z.number().int(),
  scheduleName: z.string(),
  periodicTaskId: z.number().int(),
  periodicTaskName: z.string(),
  zone: z.string(),
  /** When it fires now and would not any more, the first 20. */
  removed: z.array(localTime),
  removedCount: z.number().int(),
  /** When it would fire and does not now, the first 20. */
  added: z.array(localTime),
  addedCount: z.number().int(),
  /** Why it could not be computed under the new plan. */
  error: bilingual.nullable(),
});
/** What a change of plan would do to the times of the coming year, up to 1,000 of each schedule. */
export const planEffects = z.object({
  /** Schedules that would be planned anew. */
  schedules: z.number().int(),
  /** Those among them whose coming times change. */
  changed: z.number().int(),
  /** The first 100 of these. */
  effects: z.array(plannedEffect),
  /** Only so many schedules were looked at; absent where all were. */
  lookedAt: z.number().int().nullable(),
});
export type PlanEffects = z.infer<typeof planEffects>;

/** Whether schedules are planned with an older tz database than the server's. */
export const replanState = z.object({
  /** Of the server. */
  tzVersion: z.string(),
  due: z.boolean(),
  /** Schedules that are planned with another, counted up to 10,000. */
  schedules: z.object({ value: z.number().int(), capped: z.boolean() }),
  plannedWith: z.array(z.string()),
  /** Calendars whose edit was interrupted before all schedules followed it. */
  calendarIds: z.array(z.number().int()),
});
/** `zones` moves every schedule of one zone to another; without it, only what is planned with another tz database is planned anew. */
export const replanRequest = z.object({ zones: z.record(z.string().max(100), z.string().max(100)).default({}) });
export const replanReport = z.object({
  replanned: z.number().int(),
  /** Schedules whose next time is another one now. */
  changed: z.number().int(),
  failed: z.array(z.object({ scheduleId: z.number().int(), detail: z.string(), text: bilingual.optional() })),
});

// ---- periodic tasks -------------------------------------------------------------------------------------------

/** What becomes of a run that is sent while `overlapLimit` others are unfinished; one rule for scheduled, manual and API runs. */
export const overlapRule = z.enum(["allow", "skip", "queue", "replace"]);
/** How long runs are kept; each null: as the next wider rule says. */
export const keepView = z.object({
  /** Days after their end. */
  days: z.number().int().nullable(),
  failuresDays: z.number().int().nullable(),
  /** So many of the latest are kept however old they are. */
  lastRuns: z.number().int().nullable(),
  /** No more than so many are kept. */
  mostRuns: z.number().int().nullable(),
});
export type KeepView = z.infer<typeof keepView>;

const policies = {
  queue: z.string().min(1).max(200).nullable().default(null),
  /** 0 to 9, higher first; null: the task's own. */
  priority: z.number().int().min(0).max(9).nullable().default(null),
  /** A run that has not begun so long after its nominal time expires; null: never. */
  expiresMs: z.number().int().min(1).nullable().default(null),
  /** Hard limit of one attempt; null: the task's own. */
  timeLimitMs: z.number().int().min(1).nullable().default(null),
  /** The time after which an attempt is asked to end, shorter than the hard limit; null: the task's own. */
  softTimeLimitMs: z.number().int().min(1).nullable().default(null),
  /** How long its runs are kept; null, as a whole or in part: as its task or the settings say. */
  keep: keepView.partial().nullable().default(null),
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
  /** The widest pause in force: everything before a tag before the periodic task. */
  paused: pauseInForce.nullable(),
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
  softTimeLimitMs: z.number().int().nullable(),
  keep: keepView.nullable(),
  overlap: overlapRule,
  overlapLimit: z.number().int().nullable(),
  overlapQueue: z.number().int().nullable(),
  abandonAfterMs: z.number().int().nullable(),
  endAfterRuns: z.number().int().nullable(),
  disableAfterFailures: z.number().int().nullable(),
  holdOnError: z.boolean(),
  headers: z.record(z.string(), z.string()),
  /** Where it differs from the code that defines it, since that was last applied; empty for one that was made in the admin. */
  drift: z.array(
    z.object({
      /** `queue`, `schedules.<key>.zone`, or `schedules.<key>` for a whole schedule. */
      field: z.string(),
      /** Null: code does not have it. */
      code: json.nullable(),
      /** Null: it was taken away here. */
      now: json.nullable(),
    }),
  ),
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
  /** Of which a schedule follows this calendar. */
  calendarId: z.coerce.number().int().optional(),
  archived: z.enum(["true", "false"]).optional(),
  sort: z.enum(["name", "-name", "task", "-task", "nextAt", "-nextAt"]).default("name"),
});

export const pauseInput = z.object({ reason: z.string().min(1).max(500), untilAt: instant.nullable().default(null) });

const tagList = z.array(z.string().min(1).max(100)).max(50).default([]);
const bulkIds = z.array(z.number().int()).min(1).max(1000);
export const bulkAction = z.discriminatedUnion("action", [
  z.object({ action: z.enum(["enable", "disable", "run", "resume", "release", "delete"]), ids: bulkIds }),
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

/** A run for every nominal time from `from` to `to`, both included. */
export const backfillRequest = z.object({
  from: z.union([instant, z.string()]),
  to: z.union([instant, z.string()]),
  /** Default: every schedule of the periodic task. */
  scheduleIds: z.array(z.number().int()).max(50).optional(),
  /** Runs that may begin in one minute; null: at once. */
  perMinute: z.number().int().min(1).max(100_000).nullable().default(null),
  /** Refused if there are more. */
  cap: z.number().int().min(1).max(10_000).default(1_000),
  /** Also the nominal times for which a run was sent. */
  includeSent: z.boolean().default(false),
  /** `allow` sends them although the overlap rule would not. */
  overlap: z.enum(["allow"]).optional(),
});
export const backfillPreview = z.object({
  /** Runs that would be sent; counted up to one beyond the cap. */
  runs: z.number().int(),
  beyondCap: z.boolean(),
  /** Nominal times that are left out because a run was sent for them. */
  alreadySent: z.number().int(),
  firstAt: instant.nullable(),
  lastAt: instant.nullable(),
  schedules: z.array(
    z.object({ scheduleId: z.number().int(), name: z.string(), runs: z.number().int(), alreadySent: z.number().int() }),
  ),
  /** From the first to the last beginning, under the rate. */
  takesMs: z.number().int(),
  /** How many the overlap rule lets be unfinished or wait at once; null: any number. Those beyond are not sent, or take the place of others. */
  limitedTo: z.number().int().nullable(),
});
export type BackfillPreview = z.infer<typeof backfillPreview>;
export const backfillReport = z.object({
  sent: z.number().int(),
  /** Held by the overlap rule until others end. */
  waiting: z.number().int(),
  /** By the overlap rule, or because a backfill before this one sent them. */
  skipped: z.number().int(),
});

// ---- pauses ---------------------------------------------------------------------------------------------------

export const newPause = z.object({
  scope: pauseScope,
  /** The tag, or the id of the periodic task or schedule; empty for everything. */
  scopeId: z.string().max(200).default(""),
  reason: z.string().max(500),
  untilAt: instant.nullable().default(null),
});
/** What holds back runs and not times: a queue, a worker, the workers of a host. */
export const holdScope = z.enum(["queue", "worker", "host"]);
export const holdView = pauseInForce.extend({ scope: holdScope });
export type HoldView = z.infer<typeof holdView>;
export const newHold = z.object({ reason: z.string().max(500), untilAt: instant.nullable().default(null) });
export const newDrain = newHold.extend({
  scope: z.enum(["worker", "host"]),
  /** The name of the worker or host, as the list of workers has it. */
  name: z.string().min(1).max(200),
});
export const purgeRequest = z.object({
  /** Also what is to begin later. */
  scheduled: z.boolean().default(false),
});
export const purgeView = z.object({
  /** Runs that were cancelled, or would be; counts of those that would be stop at 10,000. */
  runs: z.number().int(),
  /** Messages that a broker held. */
  messages: z.number().int(),
});
export type PurgeView = z.infer<typeof purgeView>;
export const pauseView = pauseInForce.extend({
  scope: z.enum([...pauseScope.options, ...holdScope.options]),
  /** The tag, or the name of what is paused. */
  label: z.string(),
  /** Where to look; null for everything and tags. */
  periodicTaskId: z.number().int().nullable(),
  endedAt: instant.nullable(),
});
export type PauseView = z.infer<typeof pauseView>;
export const pauseQuery = pageQuery.omit({ count: true }).extend({
  /** `true`: those that are over, the latest first. */
  ended: z.enum(["true", "false"]).optional(),
});

// ---- calendars ------------------------------------------------------------------------------------------------

const calendarDay = z.object({
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  name: z.string().max(200).default(""),
});
export const holidaySource = z.object({
  /** ISO 3166 code, such as `JP`. */
  country: z.string().min(2).max(10),
  /** A part of it, such as `BY`; null: what the whole country has. */
  region: z.string().max(20).nullable().default(null),
});
export const calendarInput = z.object({
  name: z.string().max(200),
  /** 0 is Sunday. */
  weekend: z.array(z.number().int().min(0).max(6)).max(7).default([0, 6]),
  holidays: z.array(holidaySource).max(20).default([]),
  /** Years whose holidays are taken over, both included; default: this one and the two after it. */
  years: z.object({ from: z.number().int(), to: z.number().int() }).optional(),
  /** Days of one's own on which it is closed. */
  closed: z.array(calendarDay).max(5_000).default([]),
  /** Days on which it is open although they are a weekend's or a holiday. */
  open: z.array(calendarDay).max(5_000).default([]),
  /** The version that the change was made from; needed with PUT. */
  version: z.number().int().optional(),
});
export type CalendarInput = z.input<typeof calendarInput>;
export const calendarSummary = z.object({
  id: z.number().int(),
  uid: z.string(),
  name: z.string(),
  weekend: z.array(z.number().int()),
  holidays: z.array(holidaySource),
  /** The last day whose holidays are known; null where it takes none over. */
  holidaysUntil: z.string().nullable(),
  /** Holidays and own dates of the running year on which it is closed, those on a weekend not among them. */
  closedThisYear: z.number().int(),
  /** Schedules that follow it. */
  schedules: z.number().int(),
  /** `holidays_run_out`. */
  warnings: z.array(warning),
  updatedAt: instant,
  archivedAt: instant.nullable(),
  version: z.number().int(),
});
export type CalendarSummary = z.infer<typeof calendarSummary>;
export const calendarView = calendarSummary.extend({
  years: z.object({ from: z.number().int(), to: z.number().int() }).nullable(),
  closed: z.array(calendarDay),
  open: z.array(calendarDay),
  /** The holidays of those years, as they were taken over. */
  holidayDays: z.array(calendarDay),
  createdAt: instant,
});
export type CalendarView = z.infer<typeof calendarView>;
export const calendarQuery = pageQuery.extend({ archived: z.enum(["true", "false"]).optional() });
/** What a calendar would be, and what its edit would change; `id` names the one that is edited. */
export const calendarPreviewRequest = z.object({ id: z.number().int().optional(), calendar: calendarInput });
export const calendarPreview = planEffects.extend({ holidayDays: z.array(calendarDay), warnings: z.array(warning) });
export type CalendarPreview = z.infer<typeof calendarPreview>;
export const holidayCountry = z.object({
  code: z.string(),
  name: bilingual,
  regions: z.array(z.object({ code: z.string(), name: z.string() })),
});

// ---- forecast -------------------------------------------------------------------------------------------------

/** Of the periodic tasks that send to a queue, or have a tag; default: all. */
const forecastFilter = { queue: z.string().max(200).optional(), tag: z.string().max(100).optional() };
export const forecastQuery = z.object({ from: z.coerce.number().int().optional(), ...forecastFilter });
export const forecast = z.object({
  from: instant,
  /** Firings in each of the 10,080 minutes from `from`. */
  perMinute: z.array(z.number().int()),
  /** Enabled schedules, and how many different plans they have. */
  schedules: z.number().int(),
  plans: z.number().int(),
  /** Where not all plans were computed: how many were, out of `plans`; the counts are then an estimate. */
  sampled: z.number().int().nullable(),
  /** The fullest minutes, the fullest first. */
  peaks: z.array(z.object({ at: instant, firings: z.number().int() })),
  /** What would take the most from them. */
  suggestions: z.array(
    z.object({
      /** The plan that many schedules share. */
      definition: scheduleDefinition,
      zone: z.string(),
      schedules: z.number().int(),
      /** In its place: the same rhythm, at a moment of each schedule's own. */
      suggested: z.string(),
      text: bilingual,
      /** Firings of the fullest minute in which they fire: as it is, and with them spread. */
      peakBefore: z.number().int(),
      peakAfter: z.number().int(),
      periodicTasks: z.array(z.object({ id: z.number().int(), name: z.string() })),
    }),
  ),
});
export type Forecast = z.infer<typeof forecast>;

export const forecastMinuteQuery = z.object({ at: z.coerce.number().int(), ...forecastFilter });
/** `GET /forecast/minute`: what fires in one minute. */
export const forecastMinute = z.object({
  at: instant,
  firings: z.number().int(),
  /** Schedules of one plan, the most firings first, at most 20 plans. */
  groups: z.array(
    z.object({
      definition: scheduleDefinition,
      zone: z.string(),
      description: bilingual,
      firings: z.number().int(),
      schedules: z.number().int(),
      /** The first 10. */
      periodicTasks: z.array(z.object({ id: z.number().int(), name: z.string() })),
    }),
  ),
});
export type ForecastMinute = z.infer<typeof forecastMinute>;

export const timelineQuery = z.object({
  /** `YYYY-MM-DD`, in `zone`. */
  day: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  zone: z.string().max(100).optional(),
});
export const timeline = z.object({
  from: instant,
  to: instant,
  zone: z.string(),
  /** What live workers can run at once. */
  slots: z.number().int(),
  /** Runs under way at once, at most, in each of the day's minutes, if there were slots for all. */
  perMinute: z.array(z.number().int()),
  /** Runs that wait for a slot, at most, in each of the day's minutes. */
  waitingPerMinute: z.array(z.number().int()),
  runs: z.number().int(),
  longestWaitMs: z.number().int(),
  /** Up to here the day was simulated: its end, unless there are too many runs. */
  simulatedTo: instant,
  /** When more would run than there are slots. */
  overloads: z.array(z.object({ from: instant, to: instant, most: z.number().int() })),
  /** The periodic tasks that take the most time, the first 100. */
  rows: z.array(
    z.object({
      periodicTaskId: z.number().int(),
      name: z.string(),
      /** Mean of its last runs; null where none has ended: a minute is then assumed. */
      meanMs: z.number().int().nullable(),
      firings: z.number().int(),
      /** The first 500. */
      times: z.array(instant),
    }),
  ),
  /** Schedules that were looked at, where not all were. */
  sampled: z.number().int().nullable(),
});
export type Timeline = z.infer<typeof timeline>;

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
  /** What sent it: `schedule`, `manual`, `api`, `task`, `rerun`, `backfill`, `import`, `celery`. */
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
  /** It goes on when the run that sent it is cancelled. */
  detached: z.boolean(),
  /** What goes along with it: texts of whoever sent it, and where a trace is kept its context. */
  headers: z.record(z.string(), z.string()),
  /** Of a run that hyoshi only heard of: its arguments as another's worker displays them, and whether they could be read back. */
  told: z.object({ args: z.string(), kwargs: z.string(), inputUnknown: z.boolean() }).nullable(),
});
export type RunView = z.infer<typeof runView>;

/** A line of a family of runs, as one reads it: what follows one another at one depth, what was sent together or by a task deeper. */
export const runTreeLine = z.object({
  depth: z.number().int(),
  /** `run`; `planned`: its place in a canvas is fixed, and it has not been sent yet; `group`: those below it, one deeper, were sent together. */
  kind: z.enum(["run", "planned", "group"]),
  /** A run's, or a group's. */
  id: z.string(),
  task: z.string().nullable(),
  state: runState.nullable(),
  /** `start`, `step`, `member`, `body`, `child`; null for a group. */
  role: z.enum(["start", "step", "member", "body", "child"]).nullable(),
  queuedAt: instant.nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** Of a group. */
  size: z.number().int().nullable(),
  ended: z.number().int().nullable(),
});
export type RunTreeLine = z.infer<typeof runTreeLine>;
export const runTree = z.object({ rootId: z.string(), lines: z.array(runTreeLine) });
export type RunTree = z.infer<typeof runTree>;

/** Which runs are meant, as in the list of runs; without `state`, those that failed or were lost. */
export const runSearch = z.object({
  periodicTaskId: z.number().int().optional(),
  /** Some of `succeeded`, `failed`, `cancelled`, `expired`, `lost`, with commas between them. */
  state: z.string().max(200).optional(),
  task: z.string().max(200).optional(),
  queue: z.string().max(200).optional(),
  q: z.string().max(200).optional(),
  since: instant.optional(),
  until: instant.optional(),
  unhandled: z.boolean().optional(),
  /** How many at most, the newest. */
  cap: z.number().int().min(1).max(10_000).default(100),
  /** Only tells how many it would be. */
  dryRun: z.boolean().default(false),
});
export const searchReport = z.object({
  matched: z.object({ value: z.number().int(), capped: z.boolean() }),
  taken: z.number().int(),
  done: z.number().int(),
  failures: z.array(z.object({ id: z.string(), code: z.string(), detail: z.string() })),
});
export type SearchReport = z.infer<typeof searchReport>;

export const runQuery = pageQuery.extend({
  periodicTaskId: z.coerce.number().int().optional(),
  state: z.string().max(200).optional(),
  task: z.string().max(200).optional(),
  queue: z.string().max(200).optional(),
  q: z.string().max(200).optional(),
  since: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
  /** `true`: only what waits for a person: it failed or was lost, and was neither run again nor set aside. */
  unhandled: z.enum(["true", "false"]).optional(),
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
export const logLevel = z.enum(["debug", "info", "warn", "error"]);
export const logLine = z.object({
  /** From 1, within the run. */
  line: z.number().int(),
  at: instant,
  level: logLevel,
  attempt: z.number().int(),
  /** Without its time and level; ANSI colours are kept. */
  text: z.string(),
});
export const logLines = z.object({
  /** May be empty although more follow: so many lines were looked through. */
  items: z.array(logLine),
  /** What to ask after next. */
  next: z.number().int(),
  /** No more will come. */
  complete: z.boolean(),
});

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
  /** With `moved`: the instant at which it fires instead. */
  movedTo: instant.nullable(),
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
  /** How long its runs are kept; null: as the settings say. */
  keep: keepView.nullable(),
  /** What bounds its runs across all workers; each null: nothing does. */
  limits: z.object({
    softTimeLimitMs: z.number().int().nullable(),
    rateLimit: z.object({ limit: z.number().int(), perMs: z.number().int(), burst: z.number().int() }).nullable(),
    /** `byKey`: so many for each value that the task makes of the input. */
    concurrency: z.object({ limit: z.number().int(), byKey: z.boolean() }).nullable(),
    unique: z.object({ forMs: z.number().int().nullable(), byKey: z.boolean() }).nullable(),
    /** The same in a line; null: nothing bounds them. */
    text: bilingual.nullable(),
  }),
  /** Live workers that have it. 0: nobody runs it now. */
  workers: z.number().int(),
  /** More than one schema is announced: a deploy is under way. */
  mixedVersions: z.boolean(),
  permission: z.string().nullable(),
});
export type TaskView = z.infer<typeof taskView>;

export const workerView = z.object({
  id: z.number().int(),
  /** `celery`: a worker of another kind, known by its heartbeats. */
  kind: z.enum(["beat", "worker", "admin", "celery"]),
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
  /** Why it takes nothing; null: it takes what comes. With nothing running it is drained. */
  drain: holdView.nullable(),
});
export type WorkerView = z.infer<typeof workerView>;

/** What a worker answered when it was looked at, by Celery's remote control; null: nothing came to this question in time. */
export const workerInspection = z.object({
  node: z.string(),
  /** Whether there is a broker to ask over; where the database is the broker nothing is asked. */
  remote: z.boolean(),
  /** Whether it answered to anything. */
  answered: z.boolean(),
  stats: json,
  active: json,
  reserved: json,
  scheduled: json,
  queues: json,
  registered: json,
  revoked: json,
  conf: json,
});
export type WorkerInspection = z.infer<typeof workerInspection>;
export const workerCommand = z.object({
  command: z.enum([
    "pool_grow",
    "pool_shrink",
    "autoscale",
    "add_consumer",
    "cancel_consumer",
    "rate_limit",
    "time_limit",
    "enable_events",
    "disable_events",
    "shutdown",
  ]),
  /** As Celery names them: `n`; `max` and `min`; `queue`; `task_name` with `rate_limit` or `hard` and `soft`. */
  arguments: z.record(z.string(), json).default({}),
});
export type WorkerCommandInput = z.input<typeof workerCommand>;
/** `silent`: no reply came in time, as after `shutdown`. */
export const workerCommandReply = z.object({ kind: z.enum(["ok", "error", "silent"]), text: z.string().nullable() });
export type WorkerCommandReply = z.infer<typeof workerCommandReply>;

/** A message that was refused: it could not be read, nobody knows its task, or it came too often. */
export const deadLetterSummary = z.object({
  id: z.number().int(),
  at: instant,
  queue: z.string(),
  runId: z.string().nullable(),
  task: z.string().nullable(),
  /** `unreadable_message`, `unknown_task`, `id_reused`, `too_many_deliveries`, `unroutable_message`. */
  code: z.string(),
  why: z.string(),
  bodyBytes: z.number().int(),
});
export type DeadLetterSummary = z.infer<typeof deadLetterSummary>;
export const deadLetterView = deadLetterSummary.extend({
  headers: json,
  properties: json,
  /** The body as JSON, where it can be read so. */
  decoded: json.optional(),
  /** Its text, where it is one. */
  text: z.string().nullable(),
  /** Base64; at most the first 64 KiB. */
  body: z.string(),
  /** Not all of it was kept: it cannot be sent again. */
  isCut: z.boolean(),
});
export type DeadLetterView = z.infer<typeof deadLetterView>;
export const deadLetterQuery = pageQuery.extend({ queue: z.string().max(200).optional() });

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
  /** Null: workers take from it. */
  paused: holdView.nullable(),
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

// ---- the ledger's audit ---------------------------------------------------------------------------------------

/** Nominal times after `since` up to `until`; default: all that the ledger retains, and is accounted for. */
export const auditQuery = z.object({
  since: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
});
export const auditFinding = z.object({
  /**
   * `gap`, `overlap`, `not_named`, `wrong_verdict`, `wrong_revision`, `wrong_run`, `run_missing`, `run_not_held`, `beyond_cursor`,
   * `cannot_compute`.
   */
  code: z.string(),
  /** A note tells of what cannot be judged; an error of what is wrong. */
  severity: z.enum(["error", "note"]),
  at: instant,
  through: instant,
  /** How many nominal times it concerns; null beyond what is counted. */
  count: z.number().int().nullable(),
  text: z.string(),
  scheduleId: z.number().int(),
  scheduleName: z.string(),
  periodicTaskId: z.number().int(),
  periodicTaskName: z.string(),
});
export const auditReport = z.object({
  schedules: z.number().int(),
  /** Rows of the ledger that were looked at. */
  rows: z.number().int(),
  errors: z.number().int(),
  notes: z.number().int(),
  /** The first 200. */
  findings: z.array(auditFinding),
});
export type AuditReport = z.infer<typeof auditReport>;

// ---- schedules as code ----------------------------------------------------------------------------------------

const codeField = { field: z.string() };
export const codePlanItem = z.object({
  /**
   * `create`, `update`, `archive`: the row follows the code. `release`: code does not define it any more, and it was edited here, so it stays.
   * `conflict`: nothing of it can be applied, or only a part. `invalid`: the definition makes no sense.
   */
  action: z.enum(["create", "update", "archive", "release", "conflict", "invalid", "none"]),
  app: z.string(),
  name: z.string(),
  /** Null for one that is not made yet. */
  periodicTaskId: z.number().int().nullable(),
  updates: z.array(z.object({ ...codeField, from: json, to: json })),
  /** Where code and an edit changed the same: as code had it, as it has it, and as it was edited. */
  conflicts: z.array(z.object({ ...codeField, base: json, code: json, now: json })),
  /** What was edited here and stays so. */
  drift: z.array(z.object({ ...codeField, code: json, now: json })),
  reason: z.string().optional(),
});
export const codePlan = z.object({
  items: z.array(codePlanItem),
  /** Apps whose code could not be imported: nothing of theirs is touched. */
  unread: z.array(z.string()),
});
export type CodePlan = z.infer<typeof codePlan>;

// ---- export and import ----------------------------------------------------------------------------------------

export const exportQuery = z.object({ format: z.enum(["json", "yaml"]).default("json") });
/** What `GET /export` answers. Each part's own shape is told by an export. */
export const projectDocument = z.object({
  /** The version of the format. */
  hyoshi: z.literal(1),
  calendars: z.array(json).optional(),
  groups: z.array(json).optional(),
  periodicTasks: z.array(json).optional(),
  pauses: z.array(json).optional(),
});
export const importQuery = z.object({
  /** `true`: nothing is written. */
  dryRun: z.enum(["true", "false"]).default("false"),
  /** `true`: the document's pauses begin too. */
  pauses: z.enum(["true", "false"]).default("false"),
});
const importOutcome = z.enum(["imported", "changed", "unchanged", "skipped"]);
export const importReport = z.object({
  source: z.string(),
  dryRun: z.boolean(),
  counts: z.record(importOutcome, z.number().int()),
  items: z.array(
    z.object({
      outcome: importOutcome,
      /** Where it stands in the source: `periodicTasks[3]`. */
      place: z.string(),
      name: z.string().nullable(),
      /** Why it was skipped, or left as it is. */
      reason: z.string().optional(),
      /** What is not here as it is there. */
      notes: z.array(z.string()),
      /** What changed of what was there. */
      fields: z.array(z.string()).optional(),
    }),
  ),
  notes: z.array(z.string()),
});

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
  /** `periodic-task`, `calendar`, `pause`, `schedules`, `user`, `group`, `token` or `model:<name>`. */
  resource: z.string(),
  resourceId: z.string(),
  label: z.string(),
  /** `created`, `updated`, `archived`, `deleted`, `enabled`, `disabled`, `paused`, `resumed`, `released`, `replanned`, `backfilled`, `password`. */
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
