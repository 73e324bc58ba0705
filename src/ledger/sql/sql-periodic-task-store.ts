import { type Kysely, sql } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { JsonObject } from "../../base/json.ts";
import { recordChange } from "../../database/queries/change.ts";
import type { Tables } from "../../database/rows.ts";
import type {
  CodeMark,
  EditContext,
  PeriodicTask,
  PeriodicTaskDraft,
  PeriodicTaskStore,
  ScheduleDraft,
} from "../periodic-task-store.ts";
import { endPauses, insertPause, pauseOf, pausesInForce, selectPauses } from "./pause-rows.ts";
import {
  changeView,
  lockPeriodicTasks,
  periodicTask,
  type ScheduleWithCursor,
  selectSchedules,
} from "./periodic-task-rows.ts";
import { calendarDaysOf } from "./plan-rows.ts";
import { addSchedule, changeSchedule, type PlanContext, switchSchedule } from "./schedule-plan.ts";

type Database = Kysely<Tables>;

export interface SqlPeriodicTaskStoreOptions {
  readonly db: Database;
  /** Random texts that name schedules and periodic tasks outside the database. */
  readonly uid: () => string;
  /** Called after each commit. */
  readonly tell?: () => void;
}

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlPeriodicTaskStore implements PeriodicTaskStore {
  readonly #db: Database;
  readonly #uid: () => string;
  readonly #tell: () => void;

  constructor({ db, uid, tell = () => {} }: SqlPeriodicTaskStoreOptions) {
    this.#db = db;
    this.#uid = uid;
    this.#tell = tell;
  }

  create(draft: PeriodicTaskDraft, context: EditContext): Promise<PeriodicTask> {
    return this.#edit(async (db) => {
      await assertNameFree(db, draft.name, undefined);
      const { id } = await db
        .insertInto("periodic_task")
        .values({
          uid: draft.uid ?? this.#uid(),
          ...columnsOf(draft),
          ...codeColumns(context.code ?? null),
          held_reason: null,
          created_at: context.now,
          updated_at: context.now,
          archived_at: null,
          version: 1,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      await writeTags(db, id, draft.tags);
      for (const schedule of draft.schedules) {
        await addSchedule(db, id, schedule, draft.enabled && schedule.enabled, this.#plan(context));
      }
      return this.#recorded(db, id, "created", null, context);
    });
  }

  update(id: number, version: number, draft: PeriodicTaskDraft, context: EditContext): Promise<PeriodicTask> {
    return this.#edit(async (db) => {
      const before = await found(db, id, context);
      if (before.version !== version) {
        throw new HyoshiError(
          "stale_version",
          `periodic task '${before.name}' was changed meanwhile: the change was made from version ${version}, and it is now at version ${before.version}`,
          { fields: { id, version: before.version } },
        );
      }
      await assertNameFree(db, draft.name, id);
      const rows = await selectSchedules(db, [id]);
      assertOwnSchedules(draft.schedules, rows);
      const lifted = liftsHold(before, draft);
      if (lifted) await forgetFailures(db, before);
      await db
        .updateTable("periodic_task")
        .set({
          ...columnsOf(draft),
          ...(lifted && { held_reason: null }),
          ...(context.code !== undefined && codeColumns(context.code)),
          updated_at: context.now,
          version: version + 1,
        })
        .where("id", "=", id)
        .execute();
      await writeTags(db, id, draft.tags);
      for (const schedule of draft.schedules) {
        const on = draft.enabled && schedule.enabled;
        const row = rows.find((candidate) => candidate.id === schedule.id);
        if (row === undefined) await addSchedule(db, id, schedule, on, this.#plan(context));
        else await changeSchedule(db, row, schedule, before.enabled && row.enabled === 1, on, this.#plan(context));
      }
      const kept = new Set(draft.schedules.map((schedule) => schedule.id));
      for (const row of rows.filter((candidate) => !kept.has(candidate.id))) {
        await switchSchedule(db, row, before.enabled && row.enabled === 1, false, this.#plan(context));
        await db.updateTable("schedule").set({ removed_at: context.now }).where("id", "=", row.id).execute();
      }
      return this.#recorded(db, id, "updated", changeView(before), context);
    });
  }

  setEnabled(id: number, enabled: boolean, context: EditContext): Promise<PeriodicTask> {
    return this.#edit(async (db) => {
      const before = await found(db, id, context);
      if (before.enabled === enabled) return before;
      const lifted = liftsHold(before, { ...before, enabled });
      await db
        .updateTable("periodic_task")
        .set((e) => ({
          enabled: enabled ? 1 : 0,
          ...(lifted && { held_reason: null }),
          updated_at: context.now,
          version: e("version", "+", 1),
        }))
        .where("id", "=", id)
        .execute();
      if (lifted) await forgetFailures(db, before);
      for (const row of await selectSchedules(db, [id])) {
        if (row.enabled === 1) await switchSchedule(db, row, before.enabled, enabled, this.#plan(context));
      }
      return this.#recorded(db, id, enabled ? "enabled" : "disabled", { enabled: before.enabled }, context);
    });
  }

  release(id: number, context: EditContext): Promise<PeriodicTask> {
    return this.#edit(async (db) => {
      const before = await found(db, id, context);
      if (before.heldReason === null) return before;
      const { kind } = before.heldReason;
      const enabled = before.enabled || kind === "failures";
      await db
        .updateTable("periodic_task")
        .set((e) => ({
          held_reason: null,
          enabled: enabled ? 1 : 0,
          updated_at: context.now,
          version: e("version", "+", 1),
        }))
        .where("id", "=", id)
        .execute();
      await forgetFailures(db, before);
      for (const row of await selectSchedules(db, [id])) {
        if (row.enabled === 1 && enabled && !before.enabled) {
          await switchSchedule(db, row, false, true, this.#plan(context));
        }
      }
      const view = { heldReason: kind, enabled: before.enabled };
      return this.#recorded(db, id, "released", view, context, { heldReason: null, enabled });
    });
  }

  async heldForFailures(limit: number): Promise<readonly number[]> {
    const { rows } = await sql<{ id: number }>`
      select id from periodic_task
      where archived_at is null and held_reason is not null and enabled = 1 and cast(held_reason as text) like '%"failures"%'
      limit ${limit}`.execute(this.#db);
    return rows.map(({ id }) => id);
  }

  async archive(id: number, context: EditContext): Promise<void> {
    await this.#edit(async (db) => {
      const before = await found(db, id, context);
      for (const row of await selectSchedules(db, [id])) {
        await switchSchedule(db, row, before.enabled && row.enabled === 1, false, this.#plan(context));
      }
      await db
        .updateTable("periodic_task")
        .set((e) => ({
          ...(context.code !== undefined && codeColumns(context.code)),
          archived_at: context.now,
          updated_at: context.now,
          version: e("version", "+", 1),
        }))
        .where("id", "=", id)
        .execute();
      await endPauses(db, { scope: "periodic-task", scopeId: String(id) }, context.now);
      await this.#recorded(db, id, "archived", changeView(before), context);
    });
  }

  pause(id: number, pause: { reason: string; untilAt: Instant | null }, context: EditContext): Promise<PeriodicTask> {
    return this.#edit(async (db) => {
      await found(db, id, context);
      await insertPause(db, { scope: "periodic-task", scopeId: String(id) }, pause, context);
      return this.#recorded(db, id, "paused", null, context, { ...pause });
    });
  }

  resume(id: number, context: EditContext): Promise<PeriodicTask> {
    return this.#edit(async (db) => {
      const before = await found(db, id, context);
      const own = { scope: "periodic-task", scopeId: String(id) } as const;
      const open = await pausesInForce(db, context.now)
        .where("scope", "=", own.scope)
        .where("scope_id", "=", own.scopeId)
        .executeTakeFirst();
      if (open === undefined) return before;
      await endPauses(db, own, context.now);
      const { reason, untilAt } = pauseOf(open);
      return this.#recorded(db, id, "resumed", { reason, untilAt }, context, null);
    });
  }

  async markCode(id: number, code: CodeMark | null): Promise<void> {
    await this.#edit((db) => db.updateTable("periodic_task").set(codeColumns(code)).where("id", "=", id).execute());
  }

  async note(id: number, action: string, what: JsonObject, context: EditContext): Promise<void> {
    await this.#edit((db) => this.#recorded(db, id, action, null, context, what));
  }

  find(id: number, now: Instant): Promise<PeriodicTask | undefined> {
    return read(this.#db, id, now);
  }

  async #edit<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const answer = await this.#db.transaction().execute(work);
    this.#tell();
    return answer;
  }

  #plan({ now }: EditContext): PlanContext {
    return { now, uid: this.#uid, tzVersion: process.versions.tz ?? "unknown" };
  }

  async #recorded(
    db: Database,
    id: number,
    action: string,
    before: JsonObject | null,
    { now, by }: EditContext,
    after?: JsonObject | null,
  ): Promise<PeriodicTask> {
    const task = await read(db, id, now);
    if (task === undefined) throw notFound(id);
    const view =
      after !== undefined
        ? after
        : action === "archived"
          ? null
          : action === "enabled" || action === "disabled"
            ? { enabled: task.enabled }
            : changeView(task);
    await recordChange(db, {
      at: now,
      by: by.name,
      resource: "periodic-task",
      resourceId: String(id),
      label: task.name,
      action,
      before,
      after: view,
    });
    return task;
  }
}

async function read(db: Database, id: number, now: Instant): Promise<PeriodicTask | undefined> {
  const row = await db.selectFrom("periodic_task").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  const schedules = await selectSchedules(db, [id]);
  const pausable = { id, tags: JSON.parse(row.tags) as string[] };
  const pauses = await selectPauses(
    db,
    [pausable],
    schedules.map((schedule) => schedule.id),
    now,
  );
  return periodicTask(row, schedules, pauses, await calendarDaysOf(db, schedules));
}

async function found(db: Database, id: number, { now }: EditContext): Promise<PeriodicTask> {
  await lockPeriodicTasks(db, [id]);
  const task = await read(db, id, now);
  if (task === undefined || task.archivedAt !== null) throw notFound(id);
  return task;
}

/** Whether an edit takes away what the periodic task is held for. */
function liftsHold(before: PeriodicTask, after: Pick<PeriodicTask, "enabled" | "options">): boolean {
  switch (before.heldReason?.kind) {
    case "failed_run":
      return after.options.holdOnError !== true;
    case "failures":
      return after.enabled && !before.enabled;
    case "ended":
      return after.options.endAfterRuns !== before.options.endAfterRuns;
    default:
      return false;
  }
}

/** Counts from here: what is released would be held again at once for what it was held for. */
async function forgetFailures(db: Database, { id, heldReason }: PeriodicTask): Promise<void> {
  if (heldReason?.kind === "ended") {
    await db.deleteFrom("periodic_task_sent").where("periodic_task_id", "=", id).execute();
    return;
  }
  await db
    .updateTable("periodic_task_outcome")
    .set({ failed_in_a_row: 0 })
    .where("periodic_task_id", "=", id)
    .execute();
}

function notFound(id: number): HyoshiError {
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

async function assertNameFree(db: Database, name: string, except: number | undefined): Promise<void> {
  const taken = await db
    .selectFrom("periodic_task")
    .select("id")
    .where("name", "=", name)
    .where("archived_at", "is", null)
    .executeTakeFirst();
  if (taken === undefined || taken.id === except) return;
  throw new HyoshiError("name_taken", `a periodic task named '${name}' exists already: choose another name`, {
    fields: {
      field: "name",
      path: "/name",
      value: name,
      text: {
        en: `Another periodic task is named “${name}”`,
        ja: `「${name}」という名前の定期タスクがすでにあります`,
      },
    },
  });
}

function assertOwnSchedules(drafts: readonly ScheduleDraft[], rows: readonly ScheduleWithCursor[]): void {
  drafts.forEach((draft, index) => {
    if (draft.id === undefined || rows.some((row) => row.id === draft.id)) return;
    throw new HyoshiError(
      "not_found",
      `schedule ${draft.id} is not one of this periodic task's: leave the id out for a new one`,
      {
        fields: { path: `/schedules/${index}/id`, value: draft.id },
      },
    );
  });
}

function codeColumns(code: CodeMark | null) {
  return { code_app: code?.app ?? null, code_base: code && JSON.stringify(code.base) };
}

function columnsOf(draft: PeriodicTaskDraft) {
  return {
    name: draft.name,
    task: draft.task,
    input: JSON.stringify(draft.payload),
    queue: draft.queue,
    priority: draft.priority,
    options: JSON.stringify(draft.options),
    tags: JSON.stringify(draft.tags),
    owner_id: draft.ownerId,
    description: draft.description,
    enabled: draft.enabled ? 1 : 0,
  };
}

async function writeTags(db: Database, id: number, tags: readonly string[]): Promise<void> {
  await db.deleteFrom("periodic_task_tag").where("periodic_task_id", "=", id).execute();
  const values = [...new Set(tags)].map((tag) => ({ tag, periodic_task_id: id }));
  if (values.length > 0) await db.insertInto("periodic_task_tag").values(values).execute();
}
