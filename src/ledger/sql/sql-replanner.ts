import type { Kysely } from "kysely";
import { HyoshiError, isHyoshiError, messageOf } from "../../base/error.ts";
import { recordChange } from "../../database/queries/change.ts";
import type { Tables } from "../../database/rows.ts";
import { compilePlan } from "../../firing/schedule-plan.ts";
import type { EditContext } from "../periodic-task-store.ts";
import type { PlanSelection } from "../plan-reader.ts";
import type { ReplanBatch, Replanner } from "../replanner.ts";
import { newestDaysVersion } from "./calendar-rows.ts";
import { lockPeriodicTasks, type ScheduleWithCursor, scheduleQuery } from "./periodic-task-rows.ts";
import { selectedSchedules } from "./plan-rows.ts";
import { type PlanContext, planOfRow, renewPlan, type TimesColumns } from "./schedule-plan.ts";

type Database = Kysely<Tables>;

export interface SqlReplannerOptions {
  readonly db: Database;
  /** Of this process. */
  readonly tzVersion: string;
  /** Called after each commit. */
  readonly tell?: () => void;
}

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlReplanner implements Replanner {
  readonly #db: Database;
  readonly #tzVersion: string;
  readonly #tell: () => void;

  constructor({ db, tzVersion, tell = () => {} }: SqlReplannerOptions) {
    this.#db = db;
    this.#tzVersion = tzVersion;
    this.#tell = tell;
  }

  async replan(
    selection: PlanSelection,
    page: { readonly after: number; readonly limit: number },
    context: EditContext,
  ): Promise<ReplanBatch> {
    const batch = await this.#db.transaction().execute((db) => this.#batch(db, selection, page, context));
    this.#tell();
    return batch;
  }

  async #batch(
    db: Database,
    selection: PlanSelection,
    { after, limit }: { readonly after: number; readonly limit: number },
    context: EditContext,
  ): Promise<ReplanBatch> {
    const chosen = await selectedSchedules(db, selection, after, limit)
      .select(["s.id", "s.periodic_task_id"])
      .execute();
    const tasks = new Map(
      (await lockPeriodicTasks(db, [...new Set(chosen.map((row) => row.periodic_task_id))])).map((task) => [
        task.id,
        task,
      ]),
    );
    const rows =
      chosen.length === 0
        ? []
        : await scheduleQuery(db)
            .where(
              "s.id",
              "in",
              chosen.map(({ id }) => id),
            )
            .execute();
    const plan: PlanContext = { now: context.now, tzVersion: this.#tzVersion, uid: () => "" };
    const failed: { scheduleId: number; error: HyoshiError }[] = [];
    const done: ScheduleWithCursor[] = [];
    let changed = 0;
    for (const row of rows) {
      const columns = newColumns(row, selection);
      const error = await faultOf(db, row, columns);
      if (error !== undefined) {
        failed.push({ scheduleId: row.id, error });
        continue;
      }
      const on = tasks.get(row.periodic_task_id)?.enabled === 1 && row.enabled === 1;
      if (columns.zone !== row.zone) {
        await db.updateTable("schedule").set({ zone: columns.zone }).where("id", "=", row.id).execute();
      }
      if ((await renewPlan(db, row, columns, on, on, plan)) !== row.next_at) changed += 1;
      done.push(row);
    }
    await record(db, selection, done, tasks, { ...context, tzVersion: this.#tzVersion });
    const isLast = chosen.length < limit;
    if (isLast && selection.kind === "calendar") await markPlanned(db, selection.calendarId);
    return { replanned: done.length, changed, failed, at: isLast ? 0 : (chosen.at(-1)?.id ?? 0) };
  }
}

function newColumns(row: ScheduleWithCursor, selection: PlanSelection): TimesColumns {
  return selection.kind === "zones" ? { ...row, zone: selection.zones[row.zone] ?? row.zone } : row;
}

/** Why it could not be planned so; nothing is written for it then. */
async function faultOf(db: Database, row: ScheduleWithCursor, columns: TimesColumns): Promise<HyoshiError | undefined> {
  try {
    compilePlan(await planOfRow(db, { ...row, ...columns }));
    return undefined;
  } catch (error) {
    return isHyoshiError(error) ? error : new HyoshiError("cannot_compute", messageOf(error), { cause: error });
  }
}

async function record(
  db: Database,
  selection: PlanSelection,
  rows: readonly ScheduleWithCursor[],
  tasks: ReadonlyMap<number, { readonly name: string; readonly version: number }>,
  { now, by, tzVersion }: EditContext & { readonly tzVersion: string },
): Promise<void> {
  if (rows.length === 0) return;
  if (selection.kind !== "zones") {
    const calendar = selection.kind === "calendar" ? { calendar: selection.calendarId } : {};
    await recordChange(db, {
      at: now,
      by: by.name,
      resource: "schedules",
      resourceId: selection.kind,
      label: selection.kind === "calendar" ? String(selection.calendarId) : tzVersion,
      action: "replanned",
      before: selection.kind === "tz" ? { tzVersion: selection.tzVersion } : null,
      after: { tzVersion, ...calendar, schedules: rows.map(({ id }) => id) },
    });
    return;
  }
  // What a person edits has changed: whoever has it open is told so.
  for (const [id, changed] of Map.groupBy(rows, (row) => row.periodic_task_id)) {
    const version = (tasks.get(id)?.version ?? 0) + 1;
    await db.updateTable("periodic_task").set({ version, updated_at: now }).where("id", "=", id).execute();
    const zonesOf = (zoneOf: (row: ScheduleWithCursor) => string) =>
      changed.map((row) => ({ id: row.id, name: row.name, zone: zoneOf(row) }));
    await recordChange(db, {
      at: now,
      by: by.name,
      resource: "periodic-task",
      resourceId: String(id),
      label: tasks.get(id)?.name ?? String(id),
      action: "replanned",
      before: { schedules: zonesOf((row) => row.zone) },
      after: { schedules: zonesOf((row) => newColumns(row, selection).zone) },
    });
  }
}

async function markPlanned(db: Database, calendarId: number): Promise<void> {
  const newest = await newestDaysVersion(db, calendarId);
  if (newest === undefined) return;
  await db.updateTable("calendar").set({ planned_version: newest }).where("id", "=", calendarId).execute();
}
