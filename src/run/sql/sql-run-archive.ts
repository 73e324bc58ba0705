import type { Insertable, Kysely } from "kysely";
import type { RunDoneRow, Tables } from "../../database/rows.ts";
import type { FinishedRun, RunArchive } from "../run-archive.ts";

/** Within what a statement may carry on either database. */
const IDS_AT_ONCE = 500;

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlRunArchive implements RunArchive {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(runs: readonly FinishedRun[]): Promise<readonly boolean[]> {
    if (runs.length === 0) return [];
    const added = await this.#db.transaction().execute(async (trx) => {
      const ids = runs.map(({ id }) => id);
      const live = await trx.selectFrom("run_live").select("id").where("id", "in", ids).execute();
      const isLive = new Set(live.map(({ id }) => id));
      const rows = runs.filter(({ id }) => !isLive.has(id)).map(rowOf);
      if (rows.length === 0) return [];
      return trx
        .insertInto("run_done")
        .values(rows)
        .onConflict((conflict) => conflict.column("id").doNothing())
        .returning("id")
        .execute();
    });
    const isAdded = new Set(added.map(({ id }) => id));
    return runs.map(({ id }) => isAdded.has(id));
  }

  async states(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const some of parts(ids)) {
      for (const table of ["run_done", "run_live"] as const) {
        const rows = await this.#db.selectFrom(table).select(["id", "state"]).where("id", "in", some).execute();
        for (const { id, state } of rows) found.set(id, state);
      }
    }
    return found;
  }

  async adopt(parentId: string, ids: readonly string[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (const some of parts(ids)) {
        await trx
          .updateTable("run_done")
          .set({ parent_id: parentId, root_id: parentId })
          .where("id", "in", some)
          .where("parent_id", "is", null)
          .execute();
      }
    });
  }
}

function parts(ids: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) all.push(ids.slice(from, from + IDS_AT_ONCE));
  return all;
}

function rowOf(run: FinishedRun): Insertable<RunDoneRow> {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return {
    id: run.id,
    task: run.task,
    queue: run.queue,
    priority: run.priority,
    state: run.state,
    input: JSON.stringify(run.payload),
    options: JSON.stringify(run.options),
    origin: JSON.stringify(run.origin),
    periodic_task_id: run.periodicTaskId ?? null,
    schedule_id: null,
    schedule_version: null,
    nominal_at: run.nominalAt ?? null,
    parent_id: run.parentId ?? null,
    root_id: run.rootId ?? null,
    available_at: run.availableAt,
    expires_at: run.expiresAt ?? null,
    queued_at: run.queuedAt,
    process: run.worker ?? null,
    attempt: run.attempt,
    retries: 0,
    started_at: run.startedAt ?? null,
    attempt_started_at: run.startedAt ?? null,
    ended_at: run.endedAt,
    progress: null,
    result: json(run.result),
    error: json(run.error),
    wire: json(run.wire),
  };
}
