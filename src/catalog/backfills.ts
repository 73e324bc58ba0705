import type { Actor } from "../account/permission.ts";
import { breathe } from "../base/breathe.ts";
import type { Instant } from "../base/clock.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { canonicalJson } from "../base/json.ts";
import { uuidv7 } from "../base/random.ts";
import { backfillRunId } from "../firing/backfill-run-id.ts";
import { overlaid } from "../firing/decide.ts";
import { revisionTimes } from "../firing/revision-times.ts";
import { runLockOf } from "../firing/run-lock.ts";
import type { PeriodicTask, PlannedSchedule } from "../ledger/periodic-task-store.ts";
import type { NewRun } from "../run/run.ts";
import { runOptionsOf } from "../run/run-options.ts";
import { parseInstantIn } from "../schedule/clocked.ts";
import type { Payload } from "../task/payload.ts";
import { DEFAULT_PRIORITY } from "../task/task-options.ts";
import { notPassed, tooLong, tooMany, unknownSchedule, wrongOrder } from "./backfill-faults.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import type { InputCheck } from "./input-check.ts";
import { checkPayload } from "./payload-check.ts";
import { assertMaySend, noPeriodicTask } from "./periodic-task-editor.ts";
import { fromPayload } from "./run-requests.ts";
import { SentTimes } from "./sent-times.ts";
import { readTaskDirectory } from "./task-directory.ts";

export interface BackfillRequest {
  /** Both included; text without an offset is read on the project's clock. */
  readonly from: Instant | string;
  readonly to: Instant | string;
  /** Default: every schedule of the periodic task. */
  readonly scheduleIds?: readonly number[] | undefined;
  /** Runs that may begin in a minute; null: at once. */
  readonly perMinute?: number | null | undefined;
  /** Refused if there are more. Default: 1,000. */
  readonly cap?: number | undefined;
  /** Also the times for which a run was sent. Default: false. */
  readonly includeSent?: boolean | undefined;
  /** `allow`: although the overlap rule would not. */
  readonly overlap?: "allow" | undefined;
}

export interface BackfilledSchedule {
  readonly scheduleId: number;
  readonly name: string;
  readonly runs: number;
  readonly alreadySent: number;
}

export interface BackfillPreview {
  /** Counted up to one beyond the cap. */
  readonly runs: number;
  readonly beyondCap: boolean;
  readonly alreadySent: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly schedules: readonly BackfilledSchedule[];
  readonly takesMs: number;
  /** How many the overlap rule lets be unfinished or wait at once; null: any number. */
  readonly limitedTo: number | null;
}

export interface BackfillReport {
  readonly sent: number;
  /** Held by the overlap rule until others end. */
  readonly waiting: number;
  /** By the overlap rule, or because a backfill before this one sent them. */
  readonly skipped: number;
}

interface Time {
  readonly at: Instant;
  readonly version: number;
  readonly schedule: PlannedSchedule;
}

interface Found {
  readonly task: PeriodicTask;
  readonly times: readonly Time[];
  readonly alreadySent: number;
  readonly schedules: readonly BackfilledSchedule[];
  readonly cap: number;
}

const DEFAULT_CAP = 1_000;
const HIGHEST_CAP = 10_000;
/** Nominal times of one stretch that are looked at. */
const LOOKED_AT = 200_000;
const ADDED_AT_ONCE = 100;
const LOOKED_AT_ONCE = 200;
const MINUTE_MS = 60_000;

/** Sends the runs of nominal times that have passed. */
export class Backfills {
  readonly #parts: CatalogParts;
  readonly #check: InputCheck;

  constructor(parts: CatalogParts, check: InputCheck) {
    this.#parts = parts;
    this.#check = check;
  }

  /** What it would send; sends nothing. Fails with `not_found`, `invalid` and `backfill_too_large` (a stretch that is too long to look at). */
  async preview(periodicTaskId: number, request: BackfillRequest): Promise<BackfillPreview> {
    const { task, times, alreadySent, schedules, cap } = await this.#find(periodicTaskId, request);
    const at = times.map((time) => time.at);
    return {
      runs: times.length,
      beyondCap: times.length > cap,
      alreadySent,
      firstAt: at[0] ?? null,
      lastAt: at.at(-1) ?? null,
      schedules,
      takesMs: Math.max(0, times.length - 1) * spacingOf(request),
      limitedTo: request.overlap === "allow" ? null : limitOf(task),
    };
  }

  /**
   * Sends them, the oldest first. Times for which a run was sent are left out, unless they are asked for; so one that was
   * interrupted can be begun again. Fails as `preview` does, with `backfill_too_large` beyond the cap, and with `forbidden`.
   */
  async run(periodicTaskId: number, request: BackfillRequest, by: Actor): Promise<BackfillReport> {
    const { runs, clock, wake, random, periodicTasks } = this.#parts;
    const found = await this.#find(periodicTaskId, request);
    if (found.times.length > found.cap) throw tooMany(found.cap, HIGHEST_CAP);
    const now = clock.now();
    const make = await this.#maker(found.task, request, by, now, uuidv7(now, random));
    const report = { sent: 0, waiting: 0, skipped: 0 };
    for (let start = 0; start < found.times.length; start += ADDED_AT_ONCE) {
      const batch = found.times.slice(start, start + ADDED_AT_ONCE).map((time, index) => make(time, start + index));
      for (const answer of await runs.add(batch)) {
        if (answer === "added") report.sent += 1;
        else if (answer === "held") report.waiting += 1;
        else report.skipped += 1;
      }
      await breathe();
    }
    const { from, to } = this.#stretch(request);
    const view: JsonObject = { from, to, ...report, includeSent: request.includeSent ?? false };
    await periodicTasks.note(periodicTaskId, "backfilled", view, { now, by });
    wake.tell("runs");
    return report;
  }

  async #maker(task: PeriodicTask, request: BackfillRequest, by: Actor, now: Instant, replay: string) {
    const { readers, defaultQueue } = this.#parts;
    const directory = await readTaskDirectory(readers.processes, { now, defaultQueue });
    const known = directory.find(task.task);
    assertMaySend(by, task.task, known, this.#parts);
    await this.#check.readyFor(known);
    const options = {
      ...runOptionsOf(task.options),
      ...(known?.announced.onLost === "fail" && { onLost: "fail" as const }),
    };
    const lock = request.overlap === "allow" ? null : runLockOf(task.id, task.options);
    const { expiresMs } = task.options;
    const spacing = spacingOf(request);
    const payloads = new Map(task.schedules.map((schedule) => [schedule.id, this.#payload(task, schedule, known)]));
    return ({ at, version, schedule }: Time, index: number): NewRun => {
      const availableAt = now + Math.floor(index * spacing);
      return {
        id: backfillRunId(schedule.uid, at, request.includeSent ? replay : undefined),
        task: task.task,
        payload: payloads.get(schedule.id) ?? task.payload,
        queue: task.queue ?? directory.queueOf(task.task),
        priority: task.priority ?? known?.announced.priority ?? DEFAULT_PRIORITY,
        options,
        origin: { kind: "backfill", by: by.name },
        availableAt,
        queuedAt: now,
        periodicTaskId: task.id,
        scheduleId: schedule.id,
        scheduleVersion: version,
        nominalAt: at,
        ...(expiresMs !== undefined && { expiresAt: availableAt + expiresMs }),
        ...(lock !== null && { lock }),
      };
    };
  }

  #payload(task: PeriodicTask, schedule: PlannedSchedule, known: Parameters<typeof checkPayload>[1]): Payload {
    const whole = overlaid(task.payload as JsonObject, schedule.input) as Payload;
    const { payload, errors } = checkPayload(fromPayload(whole), known, this.#check);
    if (errors.length > 0) throw invalid(errors);
    return payload;
  }

  async #find(periodicTaskId: number, request: BackfillRequest): Promise<Found> {
    const task = await this.#parts.periodicTasks.find(periodicTaskId, this.#parts.clock.now());
    if (task === undefined || task.archivedAt !== null) throw noPeriodicTask(periodicTaskId);
    const { from, to } = this.#stretch(request);
    const wanted = request.scheduleIds ?? task.schedules.map(({ id }) => id);
    const stranger = wanted.findIndex((id) => task.schedules.every((schedule) => schedule.id !== id));
    if (stranger !== -1) throw invalid([unknownSchedule(stranger, wanted[stranger] ?? 0)]);
    const cap = Math.min(request.cap ?? DEFAULT_CAP, HIGHEST_CAP);
    const chosen = task.schedules.filter(({ id }) => wanted.includes(id));
    const times: Time[] = [];
    const schedules: BackfilledSchedule[] = [];
    const budget = { left: LOOKED_AT };
    for (const schedule of chosen) {
      const { open, alreadySent } = await this.#timesOf(schedule, { ...request, from, to }, cap, budget);
      times.push(...open);
      schedules.push({ scheduleId: schedule.id, name: schedule.name, runs: open.length, alreadySent });
    }
    return {
      task,
      cap,
      schedules,
      times: withoutDoubles(times.sort((a, b) => a.at - b.at || a.schedule.id - b.schedule.id)).slice(0, cap + 1),
      alreadySent: schedules.reduce((sum, one) => sum + one.alreadySent, 0),
    };
  }

  async #timesOf(
    schedule: PlannedSchedule,
    { from, to, includeSent }: BackfillRequest & { readonly from: Instant; readonly to: Instant },
    cap: number,
    budget: { left: number },
  ): Promise<{ open: Time[]; alreadySent: number }> {
    const { readers, compile } = this.#parts;
    const revisions = await readers.audit.revisions(schedule.id);
    const sent = new SentTimes(readers.audit, schedule, { from, to });
    const times = revisionTimes(revisions, { from, to, compile });
    const open: Time[] = [];
    let alreadySent = 0;
    while (open.length <= cap) {
      const some = takeSome(times, LOOKED_AT_ONCE);
      if (some.length === 0) break;
      budget.left -= some.length;
      if (budget.left < 0) throw tooLong(LOOKED_AT);
      const known = includeSent ? new Set<Instant>() : await sent.among(some.map(({ at }) => at));
      alreadySent += known.size;
      open.push(...some.filter(({ at }) => !known.has(at)).map((time) => ({ ...time, schedule })));
      await breathe();
    }
    return { open: open.slice(0, cap + 1), alreadySent };
  }

  #stretch(request: BackfillRequest): { from: Instant; to: Instant } {
    const { timeZone, clock } = this.#parts;
    const from = parseInstantIn(timeZone, request.from, "from", "after");
    const to = parseInstantIn(timeZone, request.to, "to", "until");
    const faults: FieldError[] = [];
    if (to < from) faults.push(wrongOrder);
    if (to > clock.now()) faults.push(notPassed);
    if (faults.length > 0) throw invalid(faults);
    return { from, to };
  }
}

/** Schedules that name one instant and say the same send one run, as they do when they fire. */
function withoutDoubles(times: readonly Time[]): readonly Time[] {
  const seen = new Set<string>();
  return times.filter(({ at, schedule }) => {
    const key = `${at} ${canonicalJson(schedule.input as Json)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The next ones, at most `count`. */
function takeSome<T>(from: Iterator<T>, count: number): T[] {
  const some: T[] = [];
  while (some.length < count) {
    const next = from.next();
    if (next.done) break;
    some.push(next.value);
  }
  return some;
}

function limitOf({ id, options }: PeriodicTask): number | null {
  const lock = runLockOf(id, options);
  if (lock === null) return null;
  return lock.limit + (lock.rule === "queue" ? lock.queue : lock.rule === "replace" ? 1 : 0);
}

const spacingOf = ({ perMinute }: BackfillRequest): number => (perMinute ? MINUTE_MS / perMinute : 0);
