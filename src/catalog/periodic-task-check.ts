import type { Instant } from "../base/clock.ts";
import { atMostCharacters, atMostEntries, faultWords } from "../base/fault-words.ts";
import { type FieldError, pointer } from "../base/field-error.ts";
import {
  type OverlapRule,
  overlapRules,
  type PeriodicTask,
  type PeriodicTaskDraft,
  type PeriodicTaskOptions,
  type ScheduleDraft,
} from "../ledger/periodic-task-store.ts";
import { type KeepOptions, keepBounds, keepKeys } from "../task/keep-options.ts";
import type { InputCheck } from "./input-check.ts";
import { checkOverlay, checkPayload, type GivenPayload } from "./payload-check.ts";
import { checkSchedule, type ScheduleInput } from "./schedule-check.ts";
import type { KnownTask } from "./task-directory.ts";
import { checkChoice, checkWhole, type Report } from "./value-check.ts";

/** A periodic task as somebody gave it. */
export interface PeriodicTaskInput extends GivenPayload {
  readonly name: string;
  readonly task: string;
  /** Default: true. */
  readonly enabled?: boolean | undefined;
  readonly schedules?: readonly ScheduleInput[] | undefined;
  /** Markdown: the runbook. */
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly ownerId?: number | null | undefined;
  readonly queue?: string | null | undefined;
  /** 0 to 9, higher first; null: the task's own. */
  readonly priority?: number | null | undefined;
  readonly expiresMs?: number | null | undefined;
  readonly timeLimitMs?: number | null | undefined;
  /** Less than the time limit. */
  readonly softTimeLimitMs?: number | null | undefined;
  /** How long its runs are kept; null: as its task or the settings say. */
  readonly keep?: { readonly [key in keyof KeepOptions]?: number | null | undefined } | null | undefined;
  /** Default: `allow`. */
  readonly overlap?: OverlapRule | undefined;
  /** Default: 1. */
  readonly overlapLimit?: number | null | undefined;
  /** With `queue`. Default: 1. */
  readonly overlapQueue?: number | null | undefined;
  /** Default: 24 hours. */
  readonly abandonAfterMs?: number | null | undefined;
  readonly endAfterRuns?: number | null | undefined;
  readonly disableAfterFailures?: number | null | undefined;
  /** Default: false. */
  readonly holdOnError?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface PeriodicTaskCheckContext {
  readonly now: Instant;
  readonly timeZone: string;
  readonly known: KnownTask | undefined;
  readonly check: InputCheck;
  /** What it replaces. */
  readonly current: PeriodicTask | undefined;
  /** From when schedules count that come from elsewhere, by their place; the others count from `now`. */
  readonly startsOf?: readonly (Instant | undefined)[];
}

const LONGEST_NAME = 200;
const MOST_SCHEDULES = 50;
/** Numbers among the options, each from 1 up to this. */
const highest = {
  expiresMs: Number.MAX_SAFE_INTEGER,
  timeLimitMs: 2_147_483_647,
  softTimeLimitMs: 2_147_483_647,
  abandonAfterMs: 366 * 86_400_000,
  overlapLimit: 100,
  overlapQueue: 1_000,
  endAfterRuns: Number.MAX_SAFE_INTEGER,
  disableAfterFailures: 1_000_000,
} as const;

/** The periodic task as it is stored, and everything that is wrong with what was given, at once. */
export function checkPeriodicTask(
  given: PeriodicTaskInput,
  context: PeriodicTaskCheckContext,
): { draft: PeriodicTaskDraft; errors: readonly FieldError[] } {
  const { now, timeZone, known, check, current, startsOf = [] } = context;
  const errors: FieldError[] = [];
  const report: Report = (...more) => {
    errors.push(...more);
  };
  const name = text("/name", given.name, report);
  const task = text("/task", given.task, report);
  if (/[\s\p{Cc}]/u.test(task)) {
    const detail = `'${task}' contains white space or a control character, which no task's name does`;
    const told = {
      en: "A task's name has no spaces, such as tapp_a.counter_upper",
      ja: "タスク名に空白や制御文字は使えません（例: tapp_a.counter_upper）",
    };
    const accepted = "a task's name, such as tapp_a.counter_upper";
    report({ path: "/task", code: "not_accepted", detail, accepted, text: told });
  }
  const { payload, errors: misfits } = checkPayload(given, known, check);
  report(...misfits);

  const entries = given.schedules ?? [];
  if (entries.length > MOST_SCHEDULES) {
    const accepted = `at most ${MOST_SCHEDULES} schedules`;
    report({
      path: "/schedules",
      code: "too_large",
      detail: `has ${entries.length} entries: expected ${accepted}`,
      accepted,
      text: atMostEntries(MOST_SCHEDULES),
    });
  }
  const schedules: ScheduleDraft[] = [];
  entries.slice(0, MOST_SCHEDULES).forEach((schedule, index) => {
    const path = pointer("/schedules", index);
    const before = current?.schedules ?? [];
    const from = startsOf[index] ?? now;
    const checked = checkSchedule(schedule, path, { now: from, timeZone, current: before, report });
    if (checked === undefined) return;
    if (checked.input !== null && misfits.length === 0) {
      report(...checkOverlay(checked.input, payload, known, check, pointer(path, "input")));
    }
    if (checked.id !== undefined && schedules.some(({ id }) => id === checked.id)) {
      const detail = `schedule ${checked.id} is named twice`;
      const told = {
        en: `Schedule ${checked.id} is named twice`,
        ja: `スケジュール ${checked.id} が 2 回指定されています`,
      };
      report({ path: pointer(path, "id"), code: "not_accepted", detail, text: told });
    }
    const sealed = checked.input !== null && known !== undefined ? check.sealed(known, checked.input) : checked.input;
    schedules.push({ ...checked, input: sealed });
  });

  const queue = given.queue ?? null;
  if (queue !== null) text("/queue", queue, report);
  const priority = checkWhole("/priority", given.priority, 0, 9, report);
  const draft: PeriodicTaskDraft = {
    name,
    task,
    payload,
    queue,
    priority,
    options: optionsOf(given, report),
    tags: [...new Set((given.tags ?? []).map((tag) => tag.trim()).filter((tag) => tag !== ""))],
    ownerId: given.ownerId ?? null,
    description: given.description ?? "",
    enabled: given.enabled ?? true,
    schedules,
  };
  return { draft, errors };
}

/** Options that were left out stay away, so that their defaults are those of the day on which they are used. */
function optionsOf(given: PeriodicTaskInput, report: Report): PeriodicTaskOptions {
  const numbers: { -readonly [key in keyof typeof highest]?: number } = {};
  for (const [key, most] of Object.entries(highest) as [keyof typeof highest, number][]) {
    const value = checkWhole(`/${key}`, given[key], 1, most, report);
    if (value !== null) numbers[key] = value;
  }
  const { timeLimitMs: hard, softTimeLimitMs: soft } = numbers;
  if (hard !== undefined && soft !== undefined && soft >= hard) {
    const accepted = `less than the time limit (${hard} ms)`;
    const told = {
      en: "The soft limit has to be shorter than the time limit",
      ja: "ソフト制限は時間制限より短くしてください",
    };
    report({
      path: "/softTimeLimitMs",
      code: "too_large",
      detail: `is ${soft}: expected ${accepted}`,
      accepted,
      text: told,
    });
  }
  const headers = given.headers ?? {};
  const keep = keepOf(given.keep ?? {}, report);
  return {
    overlap: checkChoice("/overlap", given.overlap, overlapRules, report),
    ...numbers,
    ...(keep !== undefined && { keep }),
    ...(given.holdOnError === true && { holdOnError: true }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

/** Undefined where nothing is other than elsewhere. */
function keepOf(given: NonNullable<PeriodicTaskInput["keep"]>, report: Report): KeepOptions | undefined {
  const keep: { -readonly [key in keyof KeepOptions]?: number } = {};
  for (const key of keepKeys) {
    const [least, most] = keepBounds[key];
    const value = checkWhole(`/keep/${key}`, given[key], least, most, report);
    if (value !== null) keep[key] = value;
  }
  const { lastRuns, mostRuns } = keep;
  if (lastRuns !== undefined && mostRuns !== undefined && lastRuns > mostRuns) {
    const accepted = `at most ${mostRuns}`;
    const told = {
      en: "No more can be kept for certain than may be kept at all",
      ja: "必ず残す件数は、残す上限以下にしてください",
    };
    report({
      path: "/keep/lastRuns",
      code: "too_large",
      detail: `is ${lastRuns}: expected ${accepted}`,
      accepted,
      text: told,
    });
  }
  return Object.keys(keep).length === 0 ? undefined : keep;
}

function text(path: string, given: unknown, report: Report): string {
  const value = typeof given === "string" ? given.trim() : "";
  if (value === "") report({ path, code: "required", detail: "is required", text: faultWords.required });
  if (value.length > LONGEST_NAME) {
    const accepted = `at most ${LONGEST_NAME} characters`;
    const told = atMostCharacters(LONGEST_NAME);
    report({ path, code: "too_large", detail: `is too long: expected ${accepted}`, accepted, text: told });
  }
  return value;
}
