import type { Instant } from "../../../src/base/clock.ts";
import { compileSchedule, parseDefinition } from "../../../src/schedule/definition.ts";
import { describeSchedule } from "../../../src/schedule/describe.ts";
import type {
  ChangeView,
  FiringView,
  PeriodicTaskView,
  RunView,
  ScheduleInput,
  ScheduleView,
  TaskView,
} from "../../src/services/wire.ts";

/** The same data at every start: a small seeded generator. */
let seed = 42;
const random = () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
  return seed / 4_294_967_296;
};
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

export const startedAt: Instant = Date.now();
const minute = 60_000;
const hour = 60 * minute;

export const projectZone = "Asia/Tokyo";

export const tasks: TaskView[] = [
  task("tapp_a.hello_from_a", "Says hello and logs what it was given.", {
    type: "object",
    properties: {
      name: { type: "string", title: "Name", default: "world", maxLength: 50, description: "Whom to greet." },
    },
    required: ["name"],
    additionalProperties: false,
  }),
  task("tapp_a.counter_upper", "Adds to a counter, in one statement.", {
    type: "object",
    properties: {
      counterId: { type: "integer", minimum: 1 },
      by: { type: "integer", default: 1, minimum: 1, maximum: 100 },
    },
    required: ["counterId"],
    additionalProperties: false,
  }),
  task("tapp_a.export", "Writes the day's bookings to the archive and tells the accountants.", {
    type: "object",
    properties: {
      format: {
        type: "string",
        enum: ["csv", "parquet", "json"],
        default: "csv",
        description: "How the file is written.",
      },
      since: { type: "string", format: "date", description: "First day; by default yesterday." },
      recipients: { type: "array", items: { type: "string", format: "email" }, description: "Who gets the link." },
      compress: { type: "boolean", default: true },
      limits: {
        type: "object",
        title: "Limits",
        properties: {
          rows: { type: "integer", minimum: 1, maximum: 1_000_000, default: 100_000 },
          timeoutSeconds: { type: "number", default: 30 },
        },
      },
    },
    required: ["format", "recipients"],
  }),
  task("tapp_b.counter_upper_task_a_from_b", "Changes the other app's counter.", {
    type: "object",
    properties: { counterId: { type: "integer" } },
    required: ["counterId"],
  }),
  task("tapp_b.now_and_then", "Fails now and then, on purpose.", { type: "object", properties: {} }),
  {
    ...task("tapp_b.slow", "Takes 30 seconds and reports its progress.", { type: "object", properties: {} }),
    queue: "slow",
    workers: 0,
  },
  { ...task("proj.tasks.report", null, null), app: null },
];

function task(name: string, description: string | null, inputSchema: unknown): TaskView {
  return {
    name,
    app: name.split(".")[0] ?? null,
    description,
    inputSchema,
    queue: "default",
    priority: 4,
    timeLimitMs: null,
    workers: 3,
    mixedVersions: false,
    permission: null,
  };
}

export const periodicTasks = new Map<number, PeriodicTaskView>();
export const runs = new Map<string, RunView>();
export const firings: FiringView[] = [];
export const changes: ChangeView[] = [];
let nextId = 1;
let nextRun = 1;

export function scheduleView(input: ScheduleInput, periodicTaskId: number, after: Instant): ScheduleView {
  const zone = input.zone ?? projectZone;
  const definition = parseDefinition(input);
  const schedule = compileSchedule(definition, zone);
  const words = (language: "en" | "ja") =>
    describeSchedule(definition, zone, language, { showZone: zone !== projectZone });
  return {
    id: input.id ?? nextId++,
    periodicTaskId,
    name: input.name ?? "",
    definition: definition as ScheduleView["definition"],
    zone,
    enabled: input.enabled ?? true,
    input: input.input ?? null,
    gap: input.gap ?? "default",
    fold: input.fold ?? "default",
    calendar: input.calendar ? { ...input.calendar, name: "日本の祝日" } : null,
    startsAt: (input.startsAt as number | null | undefined) ?? null,
    endsAt: (input.endsAt as number | null | undefined) ?? null,
    misfire: input.misfire ?? "latest",
    catchUpWindowMs: input.catchUpWindowMs ?? null,
    catchUpCap: input.catchUpCap ?? null,
    jitterMs: input.jitterMs ?? null,
    paused: null,
    offsetChange: null,
    description: { en: words("en"), ja: words("ja") },
    nextAt: (input.enabled ?? true) ? (schedule.next(after) ?? null) : null,
    accountedTo: after,
    error: null,
    version: 1,
  };
}

export const pauseOf = (view: PeriodicTaskView, reason: string, untilAt: Instant | null) => ({
  id: view.id,
  scope: "periodic-task" as const,
  scopeId: String(view.id),
  reason,
  untilAt,
  by: "admin",
  fromAt: Date.now(),
});

export function addPeriodicTask(body: Record<string, unknown>): PeriodicTaskView {
  const id = nextId++;
  const at = Date.now();
  const schedules = ((body.schedules ?? []) as ScheduleInput[]).map((one) => scheduleView(one, id, at));
  const view: PeriodicTaskView = {
    id,
    uid: `uid-${id}`,
    name: String(body.name),
    task: String(body.task),
    enabled: (body.enabled as boolean | undefined) ?? true,
    archivedAt: null,
    paused: null,
    heldReason: null,
    codeApp: null,
    queue: (body.queue as string | null) ?? tasks.find((one) => one.name === body.task)?.queue ?? "default",
    tags: (body.tags as string[] | undefined) ?? [],
    owner: null,
    schedules,
    nextAt: null,
    last: null,
    strip: [],
    warnings: [],
    drift: [],
    version: 1,
    description: String(body.description ?? ""),
    ownerId: null,
    queueSetting: (body.queue as string | null) ?? null,
    priority: (body.priority as number | null) ?? null,
    expiresMs: (body.expiresMs as number | null) ?? null,
    timeLimitMs: (body.timeLimitMs as number | null) ?? null,
    overlap: (body.overlap as PeriodicTaskView["overlap"] | undefined) ?? "allow",
    overlapLimit: (body.overlapLimit as number | null) ?? null,
    overlapQueue: (body.overlapQueue as number | null) ?? null,
    abandonAfterMs: (body.abandonAfterMs as number | null) ?? null,
    endAfterRuns: (body.endAfterRuns as number | null) ?? null,
    disableAfterFailures: (body.disableAfterFailures as number | null) ?? null,
    holdOnError: (body.holdOnError as boolean | undefined) ?? false,
    headers: (body.headers as Record<string, string> | undefined) ?? {},
    createdAt: at,
    updatedAt: at,
    ...("input" in body ? { input: body.input } : {}),
    ...("args" in body ? { args: body.args as unknown[] } : {}),
    ...("kwargs" in body ? { kwargs: body.kwargs as Record<string, unknown> } : {}),
  };
  periodicTasks.set(id, view);
  replan(view);
  return view;
}

export function replan(view: PeriodicTaskView): void {
  const times =
    view.enabled && !view.paused ? view.schedules.flatMap((one) => (one.nextAt === null ? [] : [one.nextAt])) : [];
  view.nextAt = times.length === 0 ? null : Math.min(...times);
  view.warnings = [];
  const known = tasks.find((one) => one.name === view.task);
  if (!known) {
    view.warnings.push({
      code: "unknown_task",
      text: { en: "No worker has announced this task.", ja: "このタスクを公開している worker がありません。" },
    });
  } else if (view.queue === "slow") {
    view.warnings.push({
      code: "queue_without_worker",
      text: { en: "No live worker serves the queue slow.", ja: "キュー slow を処理する worker がありません。" },
    });
  }
}

export function addRun(
  view: PeriodicTaskView,
  at: Instant,
  state: RunView["state"],
  durationMs: number | null,
  by: string | null = null,
): RunView {
  const id = `0198f${String(nextRun++).padStart(7, "0")}-7abc-8def-9012-3456789abcde`;
  const run: RunView = {
    id,
    task: view.task,
    state,
    retrying: false,
    queue: view.queue,
    priority: 4,
    periodicTask: { id: view.id, name: view.name },
    origin: by === null ? "schedule" : "manual",
    originBy: by,
    schedule: by === null && view.schedules[0] ? { id: view.schedules[0].id, name: view.schedules[0].name } : null,
    nominalAt: by === null ? at : null,
    queuedAt: at,
    availableAt: at,
    startedAt: state === "ready" ? null : at + 12,
    endedAt: durationMs === null ? null : at + 12 + durationMs,
    durationMs,
    worker: state === "ready" ? null : "web-1:default",
    attempt: 1,
    progress: state === "running" ? { current: 3, total: 10, text: "rows" } : null,
    cancelRequestedAt: null,
    warnings: [],
    input: view.input,
    error:
      state === "failed"
        ? {
            name: "Error",
            message: "the archive did not answer within 10 s",
            stack:
              "Error: the archive did not answer within 10 s\n    at send (tapp_a/export.ts:41:11)\n    at run (tapp_a/tasks.ts:18:5)",
            code: null,
          }
        : null,
    attempts: [],
    parentId: null,
    rootId: null,
    children: [],
    expiresAt: null,
    scheduleVersion: 1,
    latenessMs: 12,
    rerunOf: null,
  };
  runs.set(id, run);
  view.strip = [...view.strip, { at, kind: "run" as const, state, runId: id, durationMs }].slice(-30);
  view.last = { runId: id, state, at, durationMs };
  return run;
}

export function addChange(view: PeriodicTaskView, action: string, before: unknown, after: unknown): void {
  changes.unshift({
    id: changes.length + 1,
    at: Date.now(),
    by: "admin",
    resource: "periodic-task",
    resourceId: String(view.id),
    label: view.name,
    action,
    before,
    after,
  });
}

function history(view: PeriodicTaskView, typicalMs: number, failureRate: number): void {
  const first = view.schedules[0];
  if (!first) return;
  const schedule = compileSchedule(parseDefinition(first.definition), first.zone);
  let at = schedule.previous(startedAt);
  const times: Instant[] = [];
  while (at !== undefined && times.length < 60) {
    times.unshift(at);
    at = schedule.previous(at - 1);
  }
  for (const [index, time] of times.entries()) {
    const firing = {
      scheduleId: first.id,
      scheduleName: first.name,
      periodicTaskId: view.id,
      nominalAt: time,
      throughAt: time,
      count: 1,
      scheduleVersion: 1,
      decidedAt: time + 40,
    };
    if (index > 42 && index < 46 && failureRate > 0) {
      view.strip = [
        ...view.strip,
        { at: time, kind: "firing" as const, state: "missed", runId: null, durationMs: null },
      ].slice(-30);
      if (index === 43) {
        const text = {
          en: "No beat ran from then until it was accounted for.",
          ja: "この間、beat が動いていませんでした。",
        };
        firings.unshift({
          ...firing,
          throughAt: times[45] ?? time,
          count: 3,
          verdict: "missed",
          reason: "no_beat",
          reasonText: text,
          runId: null,
          movedTo: null,
        });
      }
      continue;
    }
    if (failureRate > 0 && random() < 0.06) {
      view.strip = [
        ...view.strip,
        { at: time, kind: "firing" as const, state: "skipped", runId: null, durationMs: null },
      ].slice(-30);
      const text = { en: "An earlier run was not finished.", ja: "前回の実行がまだ終わっていませんでした。" };
      firings.unshift({
        ...firing,
        verdict: "skipped",
        reason: "overlap",
        reasonText: text,
        runId: null,
        movedTo: null,
      });
      continue;
    }
    const failed = random() < failureRate;
    const run = addRun(
      view,
      time,
      failed ? "failed" : "succeeded",
      Math.round(typicalMs * (0.6 + random() * (failed ? 3 : 0.9))),
    );
    const text = { en: "Sent on time.", ja: "時刻どおりに送信しました。" };
    firings.unshift({ ...firing, verdict: "sent", reason: "due", reasonText: text, runId: run.id, movedTo: null });
  }
}

const runbook =
  '## Who is hurt\n\nThe accountants, who start at 9:00 and find no file.\n\n## What to do\n\n1. Look at the log of the last run.\n2. If the archive did not answer, **run it again**.\n\n## How to recover\n\n`hyoshi send tapp_a.export --input \'{"format":"csv"}\'`\n';

export function fill(count: number): void {
  if (count === 0) return;
  const make = (name: string, taskName: string, schedules: object[], more: object = {}) =>
    addPeriodicTask({ name, task: taskName, schedules, input: {}, ...more });
  const nightly = make(
    "Nightly export",
    "tapp_a.export",
    [{ kind: "crontab", expression: "30 2 * * *", zone: "America/New_York" }],
    {
      tags: ["billing", "night"],
      description: runbook,
      input: { format: "csv", recipients: ["books@example.com"], compress: true },
      overlap: "skip",
    },
  );
  history(nightly, 41_000, 0.1);
  nightly.schedules[0] = { ...(nightly.schedules[0] as ScheduleView) };
  const hello = make("Hello", "tapp_a.hello_from_a", [{ kind: "interval", every: 10, period: "seconds" }], {
    input: { name: "world" },
  });
  history(hello, 120, 0);
  const count5 = make(
    "カウンターを増やす",
    "tapp_a.counter_upper",
    [
      { kind: "crontab", expression: "*/5 9-17 * * 1-5" },
      { kind: "crontab", expression: "0 * * * *", name: "hourly" },
    ],
    { tags: ["counter"], input: { counterId: 1, by: 1 } },
  );
  history(count5, 800, 0.2);
  const sunset = make(
    "Lights on at sunset",
    "tapp_b.slow",
    [{ kind: "solar", event: "sunset", latitude: 35.68, longitude: 139.69 }],
    { queue: "slow" },
  );
  history(sunset, 30_000, 0.05);
  const report = make(
    "Monthly report of a rather long name that must not break the table",
    "proj.tasks.report",
    [{ kind: "crontab", expression: "0 6 1 * *" }],
    { args: [2026], kwargs: { lang: "ja" }, tags: ["python", "billing", "reports", "accounting"] },
  );
  history(report, 190_000, 0);
  hello.paused = pauseOf(hello, "deploy", startedAt + 2 * hour);
  replan(hello);
  const failing = [...runs.values()].filter((run) => run.periodicTask?.id === count5.id).at(-1);
  if (failing) addRun(count5, startedAt - 30_000, "running", null);
  addChange(nightly, "created", null, { name: "Nightly export", task: "tapp_a.export" });
  addChange(
    nightly,
    "updated",
    { overlap: "allow", schedules: [{ kind: "crontab", expression: "0 2 * * *" }] },
    { overlap: "skip", schedules: [{ kind: "crontab", expression: "30 2 * * *" }] },
  );
  for (let index = periodicTasks.size; index < count; index += 1) {
    const name = `${pick(["Sync", "Clean", "Send", "Check", "Import", "集計", "同期"])} ${pick(["orders", "invoices", "stock", "mails", "caches", "売上", "在庫"])} ${index}`;
    const view = make(
      name,
      pick(tasks).name,
      [{ kind: "interval", every: 1 + Math.floor(random() * 50), period: pick(["minutes", "hours", "days"]) }],
      { tags: random() < 0.4 ? [pick(["billing", "stock", "mail"])] : [], enabled: random() > 0.1 },
    );
    if (index < 80) history(view, 10 ** (1.5 + random() * 3), random() < 0.2 ? 0.2 : 0.01);
  }
}
