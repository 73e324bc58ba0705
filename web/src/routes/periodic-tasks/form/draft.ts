import { instantOf, wallClock } from "../../../i18n/wall-clock.ts";
import type {
  KeepView,
  PeriodicTaskInput,
  PeriodicTaskView,
  ScheduleInput,
  ScheduleView,
} from "../../../services/wire.ts";

export const periods = ["seconds", "minutes", "hours", "days", "weeks", "months"] as const;
export type Period = (typeof periods)[number];
export const kinds = ["interval", "crontab", "solar", "clocked"] as const;
export type Kind = (typeof kinds)[number];

/** A schedule as it is typed: every kind's fields are kept, so that one may look at another kind and come back. */
export interface ScheduleDraft {
  /** Identifies it on the screen; a new one has no `id` yet. */
  key: string;
  id: number | undefined;
  kind: Kind;
  name: string;
  enabled: boolean;
  zone: string;
  /** Laid over the task's input; undefined for none. */
  input: JsonDraft | undefined;
  every: string;
  period: Period;
  /** The wall clock in the schedule's zone, as a date and time field holds it; empty: the server's choice. */
  anchor: string;
  expression: string;
  /** How day of month and weekday combine. */
  days: "and" | "or";
  event: string;
  latitude: string;
  longitude: string;
  /** As `anchor`. */
  at: string;
  gap: Policies["gap"];
  fold: Policies["fold"];
  calendar: { id: number; rule: NonNullable<Policies["calendar"]>["rule"] } | null;
  misfire: Policies["misfire"];
  catchUpWindowMs: number | null;
  /** What was typed; empty for none. */
  catchUpCap: string;
  jitterMs: number | null;
  /** As `anchor`. */
  startsAt: string;
  endsAt: string;
}
type Policies = Pick<ScheduleView, "gap" | "fold" | "calendar" | "misfire">;

/** A JSON value; while its text cannot be read there is no value to save. */
export interface JsonDraft {
  value: unknown;
  /** What was typed when it is not the value's own text. */
  unread?: string;
}

export interface Draft {
  name: string;
  task: string;
  input: JsonDraft;
  args: JsonDraft;
  kwargs: JsonDraft;
  enabled: boolean;
  schedules: ScheduleDraft[];
  description: string;
  tags: string[];
  ownerId: number | null;
  queue: string;
  priority: number | null;
  expiresMs: number | null;
  timeLimitMs: number | null;
  softTimeLimitMs: number | null;
  /** As typed; empty for none. */
  keep: Record<KeepName, string>;
  overlap: PeriodicTaskView["overlap"];
  /** Numbers as they are typed; empty for the default. */
  overlapLimit: string;
  overlapQueue: string;
  abandonAfterMs: number | null;
  endAfterRuns: string;
  disableAfterFailures: string;
  holdOnError: boolean;
  headers: { key: string; name: string; value: string }[];
  version: number | undefined;
}

let made = 0;
/** A key for a part that the server does not know yet. */
export const newKey = (): string => `new-${++made}`;

export function emptySchedule(zone: string): ScheduleDraft {
  return {
    key: newKey(),
    id: undefined,
    kind: "crontab",
    name: "",
    enabled: true,
    zone,
    input: undefined,
    every: "5",
    period: "minutes",
    anchor: "",
    expression: "0 9 * * *",
    days: "and",
    event: "sunrise",
    latitude: "",
    longitude: "",
    at: "",
    gap: "default",
    fold: "default",
    calendar: null,
    misfire: "latest",
    catchUpWindowMs: null,
    catchUpCap: "",
    jitterMs: null,
    startsAt: "",
    endsAt: "",
  };
}

export const keepNames = ["days", "failuresDays", "lastRuns", "mostRuns"] as const satisfies (keyof KeepView)[];
export type KeepName = (typeof keepNames)[number];
const typedKeep = (view: KeepView | null): Draft["keep"] => ({
  days: textOf(view?.days ?? null),
  failuresDays: textOf(view?.failuresDays ?? null),
  lastRuns: textOf(view?.lastRuns ?? null),
  mostRuns: textOf(view?.mostRuns ?? null),
});
const keepOf = ({ days, failuresDays, lastRuns, mostRuns }: Draft["keep"]): KeepView => ({
  days: countOf(days),
  failuresDays: countOf(failuresDays),
  lastRuns: countOf(lastRuns),
  mostRuns: countOf(mostRuns),
});

export function emptyDraft(zone: string, runbook: string): Draft {
  return {
    name: "",
    task: "",
    input: { value: {} },
    args: { value: [] },
    kwargs: { value: {} },
    enabled: true,
    schedules: [emptySchedule(zone)],
    description: runbook,
    tags: [],
    ownerId: null,
    queue: "",
    priority: null,
    expiresMs: null,
    timeLimitMs: null,
    softTimeLimitMs: null,
    keep: typedKeep(null),
    overlap: "allow",
    overlapLimit: "",
    overlapQueue: "",
    abandonAfterMs: null,
    endAfterRuns: "",
    disableAfterFailures: "",
    holdOnError: false,
    headers: [],
    version: undefined,
  };
}

const textOf = (count: number | null): string => (count === null ? "" : String(count));

function scheduleDraft(view: ScheduleView): ScheduleDraft {
  const { definition, zone } = view;
  const draft: ScheduleDraft = {
    ...emptySchedule(zone),
    key: String(view.id),
    id: view.id,
    kind: definition.kind,
    name: view.name,
    enabled: view.enabled,
    input: view.input === null ? undefined : { value: view.input },
    gap: view.gap,
    fold: view.fold,
    calendar: view.calendar && { id: view.calendar.id, rule: view.calendar.rule },
    misfire: view.misfire,
    catchUpWindowMs: view.catchUpWindowMs,
    catchUpCap: textOf(view.catchUpCap),
    jitterMs: view.jitterMs,
    startsAt: view.startsAt === null ? "" : wallClock(view.startsAt, zone),
    endsAt: view.endsAt === null ? "" : wallClock(view.endsAt, zone),
  };
  switch (definition.kind) {
    case "interval":
      draft.every = String(definition.every);
      draft.period = definition.period;
      draft.anchor = definition.anchor === undefined ? "" : wallClock(definition.anchor, zone);
      break;
    case "crontab":
      draft.expression = definition.expression;
      draft.days = definition.days ?? "and";
      break;
    case "solar":
      draft.event = definition.event;
      draft.latitude = String(definition.latitude);
      draft.longitude = String(definition.longitude);
      break;
    case "clocked":
      draft.at = wallClock(definition.at, zone);
      break;
  }
  return draft;
}

/** `runbook` stands in the place of an absent description, to be filled in. */
export function draftOf(view: PeriodicTaskView, runbook = ""): Draft {
  return {
    name: view.name,
    task: view.task,
    input: { value: view.input ?? {} },
    args: { value: view.args ?? [] },
    kwargs: { value: view.kwargs ?? {} },
    enabled: view.enabled,
    schedules: view.schedules.map(scheduleDraft),
    description: view.description === "" ? runbook : view.description,
    tags: view.tags,
    ownerId: view.ownerId,
    queue: view.queueSetting ?? "",
    priority: view.priority,
    expiresMs: view.expiresMs,
    timeLimitMs: view.timeLimitMs,
    softTimeLimitMs: view.softTimeLimitMs,
    keep: typedKeep(view.keep),
    overlap: view.overlap,
    overlapLimit: textOf(view.overlapLimit),
    overlapQueue: textOf(view.overlapQueue),
    abandonAfterMs: view.abandonAfterMs,
    endAfterRuns: textOf(view.endAfterRuns),
    disableAfterFailures: textOf(view.disableAfterFailures),
    holdOnError: view.holdOnError,
    headers: Object.entries(view.headers).map(([name, value]) => ({ key: newKey(), name, value })),
    version: view.version,
  };
}

/** A copy to be saved as a new periodic task: its own schedules, nothing of the first one's ledger. */
export function duplicateOf(view: PeriodicTaskView, name: string, runbook = ""): Draft {
  const draft = draftOf(view, runbook);
  return {
    ...draft,
    name,
    version: undefined,
    schedules: draft.schedules.map((schedule) => ({ ...schedule, key: newKey(), id: undefined })),
  };
}

/** Empty text stays text that the server refuses with its field named, instead of silently becoming 0. */
const numberOf = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

/** An empty count is none; what is no number goes as it is, to be refused at its field. */
function countOf(text: string): number | null {
  const count = text.trim() === "" ? null : Number(text);
  return Number.isNaN(count) ? (text as unknown as number) : count;
}

const instantOrNull = (text: string, zone: string): number | null => (text === "" ? null : instantOf(text, zone));

/** The definition alone. */
export function definitionOf(draft: ScheduleDraft) {
  switch (draft.kind) {
    case "interval":
      return {
        kind: draft.kind,
        every: numberOf(draft.every),
        period: draft.period,
        ...(draft.anchor === "" ? {} : { anchor: instantOf(draft.anchor, draft.zone) }),
      };
    case "crontab":
      return {
        kind: draft.kind,
        expression: draft.expression.trim(),
        ...(draft.days === "or" ? { days: draft.days } : {}),
      };
    case "solar":
      return {
        kind: draft.kind,
        event: draft.event,
        latitude: numberOf(draft.latitude),
        longitude: numberOf(draft.longitude),
      };
    case "clocked":
      return { kind: draft.kind, at: draft.at === "" ? "" : instantOf(draft.at, draft.zone) };
  }
}

/** Everything that decides about its times. */
function planOf(draft: ScheduleDraft) {
  return {
    ...definitionOf(draft),
    zone: draft.zone,
    gap: draft.gap,
    fold: draft.fold,
    calendar: draft.calendar,
    startsAt: instantOrNull(draft.startsAt, draft.zone),
    endsAt: instantOrNull(draft.endsAt, draft.zone),
  };
}

/** As the preview takes it. */
export function previewOf(draft: ScheduleDraft) {
  return { ...planOf(draft), ...(draft.id === undefined ? {} : { scheduleId: draft.id }) };
}

function scheduleInput(draft: ScheduleDraft): ScheduleInput {
  return {
    ...planOf(draft),
    ...(draft.id === undefined ? {} : { id: draft.id }),
    name: draft.name.trim(),
    enabled: draft.enabled,
    misfire: draft.misfire,
    catchUpWindowMs: draft.catchUpWindowMs,
    catchUpCap: countOf(draft.catchUpCap),
    jitterMs: draft.jitterMs,
    input: draft.input === undefined ? null : (draft.input.value as Record<string, unknown>),
  };
}

/**
 * What is sent. A task with a schema takes `input` alone, any other `args` and `kwargs`. A runbook that is still the skeleton
 * is none.
 */
export function inputOf(draft: Draft, hasSchema: boolean, skeletons: readonly string[] = []): PeriodicTaskInput {
  return {
    name: draft.name.trim(),
    task: draft.task.trim(),
    ...(hasSchema
      ? { input: draft.input.value }
      : { args: draft.args.value as unknown[], kwargs: draft.kwargs.value as Record<string, unknown> }),
    enabled: draft.enabled,
    schedules: draft.schedules.map(scheduleInput),
    description: skeletons.some((one) => one.trim() === draft.description.trim()) ? "" : draft.description,
    tags: draft.tags,
    ownerId: draft.ownerId,
    queue: draft.queue.trim() === "" ? null : draft.queue.trim(),
    priority: draft.priority,
    expiresMs: draft.expiresMs,
    timeLimitMs: draft.timeLimitMs,
    softTimeLimitMs: draft.softTimeLimitMs,
    keep: keepNames.every((name) => draft.keep[name].trim() === "") ? null : keepOf(draft.keep),
    overlap: draft.overlap,
    overlapLimit: countOf(draft.overlapLimit),
    overlapQueue: countOf(draft.overlapQueue),
    abandonAfterMs: draft.abandonAfterMs,
    endAfterRuns: countOf(draft.endAfterRuns),
    disableAfterFailures: countOf(draft.disableAfterFailures),
    holdOnError: draft.holdOnError,
    headers: Object.fromEntries(
      draft.headers.filter(({ name }) => name !== "").map(({ name, value }) => [name, value]),
    ),
    ...(draft.version === undefined ? {} : { version: draft.version }),
  };
}

/** Whether a JSON text that cannot be read stands in the way of saving; gives the pointer of the first. */
export function unreadJson(draft: Draft, hasSchema: boolean): string | undefined {
  const own: [string, JsonDraft][] = hasSchema
    ? [["/input", draft.input]]
    : [
        ["/args", draft.args],
        ["/kwargs", draft.kwargs],
      ];
  const laidOver = draft.schedules.flatMap(({ input }, index): [string, JsonDraft][] =>
    input === undefined ? [] : [[`/schedules/${index}/input`, input]],
  );
  return [...own, ...laidOver].find(([, json]) => json.unread !== undefined)?.[0];
}
