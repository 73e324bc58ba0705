import { type Actor, holds } from "../account/permission.ts";
import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError, isHyoshiError } from "../base/error.ts";
import { faultWords } from "../base/fault-words.ts";
import { type FieldError, invalid, pointer } from "../base/field-error.ts";
import { decide } from "../firing/decide.ts";
import type { Calendar } from "../ledger/calendar-store.ts";
import type { CodeMark, PeriodicTask, PeriodicTaskDraft, ScheduleDraft } from "../ledger/periodic-task-store.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { closedFault } from "./closed-schedule.ts";
import type { InputCheck } from "./input-check.ts";
import { pauseFaults } from "./pauses.ts";
import { checkPeriodicTask, type PeriodicTaskInput } from "./periodic-task-check.ts";
import { type KnownTask, readTaskDirectory, withOwn } from "./task-directory.ts";

/** What is replaced, and the version that the change was made from. */
export interface Replaced {
  readonly id: number;
  readonly version: number | undefined;
}

export interface BulkReport {
  readonly done: number;
  readonly failed: readonly { readonly id: number; readonly error: HyoshiError }[];
}

/** What archiving would stop. */
export interface DeletionPreview {
  readonly schedules: number;
  readonly nextAt: Instant | null;
  readonly waitingRuns: number;
  readonly runningRuns: number;
}

/** What only importers and schedules as code say of what they save. */
export interface SavedFrom {
  /** A new one's; default: random. */
  readonly uid?: string;
  /** By a schedule's place in the input. */
  readonly schedules?: readonly Pick<ScheduleDraft, "uid" | "accountedFrom">[];
  /** Where code defines it; null: no more. Default: as it was. */
  readonly code?: CodeMark | null;
}

/** What saving would write, and what is wrong with it. */
export interface CheckedPeriodicTask {
  readonly draft: PeriodicTaskDraft;
  readonly errors: readonly FieldError[];
}

export interface TagChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

const MOST_TAGS = 50;
const MOST_TRIES = 5;
const FIRED_AT_ONCE = 200;
const MOST_BATCHES = 20;

/**
 * Changes periodic tasks. What was due under the old plan is fired before the new one is in force, so that an edit neither loses nor
 * repeats a nominal time.
 */
export class PeriodicTaskEditor {
  readonly #parts: CatalogParts;
  readonly #check: InputCheck;

  constructor(parts: CatalogParts, check: InputCheck) {
    this.#parts = parts;
    this.#check = check;
  }

  /**
   * Makes a periodic task, or replaces one. Fails with `invalid` (every fault at once, with its path), `name_taken`, `not_found`,
   * `stale_version` (`fields.current` is the one that is there), and `forbidden` where its task names a permission that `by` does not hold.
   * A task that nobody announces, or a queue that nobody serves, is no fault: its reader is warned.
   */
  async save(
    input: PeriodicTaskInput,
    replaced: Replaced | undefined,
    by: Actor,
    { code, ...from }: SavedFrom = {},
  ): Promise<PeriodicTask> {
    const { ledger, periodicTasks } = this.#parts;
    const now = await ledger.clock();
    const current = replaced && (await this.#live(replaced.id));
    const { draft, errors } = await this.#checked(input, current, by, from);
    refuse(replaced !== undefined && replaced.version === undefined ? [...errors, versionMissing] : errors);
    const context = { by, ...(code !== undefined && { code }) };
    if (current === undefined || replaced?.version === undefined) {
      return this.#told(await periodicTasks.create(draft, { ...context, now }));
    }
    const fired = await this.#fireDue(current.id);
    try {
      return this.#told(await periodicTasks.update(current.id, replaced.version, draft, { ...context, now: fired }));
    } catch (error) {
      if (!isHyoshiError(error, "stale_version")) throw error;
      const there = await periodicTasks.find(current.id, now);
      throw new HyoshiError("stale_version", error.message, { fields: { ...error.fields, current: there } });
    }
  }

  /** What `save` would write, and every fault at once; changes nothing. Fails with `not_found` and `forbidden` as `save` does. */
  async check(
    input: PeriodicTaskInput,
    id: number | undefined,
    by: Actor,
    from: SavedFrom = {},
  ): Promise<CheckedPeriodicTask> {
    return this.#checked(input, id === undefined ? undefined : await this.#live(id), by, from);
  }

  async #checked(
    input: PeriodicTaskInput,
    current: PeriodicTask | undefined,
    by: Actor,
    from: SavedFrom,
  ): Promise<CheckedPeriodicTask> {
    const { clock, timeZone, defaultQueue, readers, ownTasks = [] } = this.#parts;
    const now = clock.now();
    const directory = await readTaskDirectory(readers.processes, { now, defaultQueue });
    const name = typeof input.task === "string" ? input.task.trim() : "";
    const known = withOwn(
      directory.find(name),
      ownTasks.find(({ task }) => task === name),
    );
    assertMaySend(by, name, known, this.#parts);
    await this.#check.readyFor(known);
    const origins = from.schedules ?? [];
    const startsOf = origins.map(({ accountedFrom }) => accountedFrom);
    const checked = checkPeriodicTask(input, { now, timeZone, known, check: this.#check, current, startsOf });
    const faults = await this.#faultsWithOthers(checked.draft, current);
    return {
      draft: {
        ...(from.uid !== undefined && { uid: from.uid }),
        ...checked.draft,
        schedules: checked.draft.schedules.map((schedule, index) => ({ ...schedule, ...origins[index] })),
      },
      errors: [...checked.errors, ...faults],
    };
  }

  async setEnabled(id: number, enabled: boolean, by: Actor): Promise<PeriodicTask> {
    if (enabled) await this.#assertMaySendTask(id, by);
    const now = await this.#fireDue(id);
    return this.#told(await this.#parts.periodicTasks.setEnabled(id, enabled, { now, by }));
  }

  /**
   * Switches on a periodic task that is off, as if it had been on since `since`: what its schedules named since then is late, and their misfire
   * rules decide. New schedules take the place of its own, whose ledger stays. Fails with `not_found` and `stale_version`.
   *
   * @param start.anchor what its intervals count from now on; absent: what they counted from
   */
  async switchOnSince(
    id: number,
    version: number,
    { since, anchor }: { readonly since: Instant; readonly anchor?: Instant },
    by: Actor,
  ): Promise<PeriodicTask> {
    const task = await this.#live(id);
    const now = await this.#fireDue(id);
    const schedules = task.schedules.map(({ id: _id, uid: _uid, ...schedule }) => ({
      ...schedule,
      ...(anchor !== undefined &&
        schedule.definition.kind === "interval" && { definition: { ...schedule.definition, anchor } }),
      accountedFrom: since,
    }));
    const draft = { ...task, enabled: true, schedules };
    return this.#told(await this.#parts.periodicTasks.update(id, version, draft, { now, by }));
  }

  /** Switching on is sending, as far as what the task asks for is concerned. */
  async #assertMaySendTask(id: number, by: Actor): Promise<void> {
    if (by.superuser) return;
    const { readers, clock, defaultQueue } = this.#parts;
    const { task } = await this.#live(id);
    const directory = await readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
    assertMaySend(by, task, directory.find(task), this.#parts);
  }

  /** Skips nominal times until `untilAt` (null: until resumed). A time that has passed is `invalid`. */
  async pause(id: number, pause: { reason: string; untilAt: Instant | null }, by: Actor): Promise<PeriodicTask> {
    refuse(pauseFaults(pause, this.#parts.clock.now()));
    const reason = pause.reason.trim();
    const now = await this.#fireDue(id);
    return this.#told(await this.#parts.periodicTasks.pause(id, { reason, untilAt: pause.untilAt }, { now, by }));
  }

  /** Lets one that is held fire again; nothing happens where it is not held. Fails with `not_found`. */
  async release(id: number, by: Actor): Promise<PeriodicTask> {
    const now = await this.#fireDue(id);
    return this.#told(await this.#parts.periodicTasks.release(id, { now, by }));
  }

  async resume(id: number, by: Actor): Promise<PeriodicTask> {
    const now = await this.#fireDue(id);
    return this.#told(await this.#parts.periodicTasks.resume(id, { now, by }));
  }

  /**
   * Gives and takes tags, and leaves the rest as it is; nothing happens where that changes none. Somebody else's edit at the same time
   * is kept.
   */
  async tag(id: number, change: TagChange, by: Actor): Promise<PeriodicTask> {
    for (let attempt = 1; ; attempt += 1) {
      const task = await this.#live(id);
      const removed = new Set(trimmed(change.remove));
      const tags = [...new Set([...task.tags.filter((tag) => !removed.has(tag)), ...trimmed(change.add)])];
      if (tags.join("\n") === task.tags.join("\n")) return task;
      if (tags.length > MOST_TAGS) refuse([tooManyTags(tags.length)]);
      const now = await this.#fireDue(id);
      try {
        return this.#told(await this.#parts.periodicTasks.update(id, task.version, { ...task, tags }, { now, by }));
      } catch (error) {
        if (!isHyoshiError(error, "stale_version") || attempt === MOST_TRIES) throw error;
      }
    }
  }

  async archive(id: number, by: Actor, { code }: Pick<SavedFrom, "code"> = {}): Promise<void> {
    const now = await this.#fireDue(id);
    await this.#parts.periodicTasks.archive(id, { now, by, ...(code !== undefined && { code }) });
    this.#parts.wake.tell("schedules");
  }

  async previewDeletion(id: number): Promise<DeletionPreview> {
    const task = await this.#live(id);
    const { waiting, running } = await this.#parts.readers.runs.unfinished(id);
    const times = task.schedules.flatMap(({ nextAt }) => nextAt ?? []);
    return {
      schedules: task.schedules.length,
      nextAt: times.length === 0 ? null : Math.min(...times),
      waitingRuns: waiting,
      runningRuns: running,
    };
  }

  /** Does the same to each of them; one that fails does not keep the others from it. */
  async each(ids: readonly number[], act: (id: number) => Promise<unknown>): Promise<BulkReport> {
    let done = 0;
    const failed: { id: number; error: HyoshiError }[] = [];
    for (const id of new Set(ids)) {
      try {
        await act(id);
        done += 1;
      } catch (error) {
        if (!isHyoshiError(error)) throw error;
        failed.push({ id, error });
      }
    }
    return { done, failed };
  }

  async #live(id: number): Promise<PeriodicTask> {
    const task = await this.#parts.periodicTasks.find(id, this.#parts.clock.now());
    if (task !== undefined && task.archivedAt === null) return task;
    throw noPeriodicTask(id);
  }

  async #faultsWithOthers(
    { name, ownerId, schedules }: PeriodicTaskDraft,
    current: PeriodicTask | undefined,
  ): Promise<FieldError[]> {
    const { periodicTasks } = this.#parts.readers;
    const faults: FieldError[] = [];
    const namesake = name === "" ? undefined : await periodicTasks.findIdByName(name);
    if (namesake !== undefined && namesake !== current?.id) {
      const detail = `a periodic task named '${name}' exists already: choose another name`;
      faults.push({ path: "/name", code: "name_taken", detail, text: nameTakenText(name) });
    }
    // One who is there already may have been removed since.
    if (ownerId !== null && ownerId !== current?.ownerId && !(await periodicTasks.isUser(ownerId))) {
      const text = { en: `There is no user ${ownerId}`, ja: `ユーザー ${ownerId} はいません` };
      faults.push({ path: "/ownerId", code: "unknown_user", detail: `there is no user ${ownerId}`, text });
    }
    const known = new Map<number, Calendar | undefined>();
    for (const [index, schedule] of schedules.entries()) {
      if (schedule.calendar === undefined || schedule.calendar === null) continue;
      const { id, rule } = schedule.calendar;
      if (!known.has(id)) known.set(id, await this.#parts.calendars.find(id));
      const calendar = known.get(id);
      if (calendar === undefined || calendar.archivedAt !== null) {
        faults.push(unknownCalendar(index, id));
        continue;
      }
      // What is there already may have been closed by an edit of the calendar: it can still be named and switched.
      if (schedule.id !== undefined) continue;
      const { version, days } = calendar;
      const fault = closedFault(schedule, index, { id, version, rule, days }, this.#parts.clock.now());
      if (fault !== undefined) faults.push(fault);
    }
    return faults;
  }

  /** Fires what is due under the plan as it is, and answers the instant up to which that was done. */
  async #fireDue(periodicTaskId: number): Promise<Instant> {
    const { ledger, compile } = this.#parts;
    const now = await ledger.clock();
    const fire = () =>
      ledger.fireDue({
        now,
        limit: FIRED_AT_ONCE,
        periodicTaskId,
        decide: (due, at) => decide(due, at, compile),
      });
    // A batch each: other writers get their turn between them. A periodic task has few schedules, so one is the rule.
    for (let batch = 0; batch < MOST_BATCHES && !(await fire()).drained; batch += 1);
    return now;
  }

  #told(task: PeriodicTask): PeriodicTask {
    this.#parts.wake.tell("schedules");
    return task;
  }
}

const unknownCalendar = (index: number, id: number): FieldError => ({
  path: pointer("/schedules", index, "calendar", "id"),
  code: "unknown_calendar",
  detail: `there is no calendar ${id}, or it is archived`,
  text: { en: "This calendar is not there any more", ja: "このカレンダーはもうありません" },
});

const trimmed = (tags: readonly string[]): string[] => tags.map((tag) => tag.trim()).filter((tag) => tag !== "");

const tooManyTags = (count: number): FieldError => ({
  path: "/add",
  code: "too_large",
  detail: `makes ${count} tags: expected at most ${MOST_TAGS}`,
  accepted: `at most ${MOST_TAGS} tags`,
  text: {
    en: `It would have ${count} tags: at most ${MOST_TAGS} are kept`,
    ja: `タグが ${count} 個になります。${MOST_TAGS} 個以内にしてください`,
  },
});

const versionMissing: FieldError = {
  path: "/version",
  code: "required",
  detail: "is required: the version that the change was made from",
  text: faultWords.versionNeeded,
};

/** A name that is taken is a conflict where it is all that is wrong. */
function refuse(faults: readonly FieldError[]): void {
  const [first] = faults;
  if (first === undefined) return;
  if (faults.length > 1 || first.code !== "name_taken") throw invalid(faults);
  throw new HyoshiError("name_taken", first.detail, { fields: { path: first.path, text: first.text } });
}

const nameTakenText = (name: string): Bilingual => ({
  en: `Another periodic task is named “${name}”`,
  ja: `「${name}」という名前の定期タスクがすでにあります`,
});

export function noPeriodicTask(id: number): HyoshiError {
  return new HyoshiError("not_found", `there is no periodic task with the id ${id}, or it is archived`, {
    fields: {
      id,
      text: {
        en: "The periodic task is not there any more, or is archived.",
        ja: "この定期タスクは見つかりません。削除された可能性があります。",
      },
    },
  });
}

/** Whoever says what runs of a task are given must be allowed to send it. */
export function assertMaySend(
  by: Actor,
  task: string,
  known: KnownTask | undefined,
  { permissionOf }: Pick<CatalogParts, "permissionOf">,
): void {
  const fixed = permissionOf?.(task);
  const permission = fixed === undefined ? known?.announced.permission : fixed;
  if (permission === null || permission === undefined || holds(by, permission)) return;
  throw new HyoshiError(
    "forbidden",
    `'${by.name}' does not hold the permission '${permission}', which the task asks for`,
    {
      fields: {
        permission,
        text: {
          en: `The task asks for the permission '${permission}', which you do not hold.`,
          ja: `このタスクには権限「${permission}」が必要ですが、あなたにはありません。`,
        },
      },
    },
  );
}
