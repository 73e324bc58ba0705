import type { Kysely, Selectable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import { decodeCursor, encodeCursor, type Page } from "../../base/page.ts";
import { recordChange } from "../../database/queries/change.ts";
import type { PauseRow, Tables } from "../../database/rows.ts";
import {
  type HoldScope,
  holdScopes,
  isHoldScope,
  type ListedPause,
  noPause,
  type Pause,
  type PauseQuery,
  type PauseStore,
  type PauseTarget,
} from "../pause-store.ts";
import type { EditContext } from "../periodic-task-store.ts";
import { endPauses, insertPause, pauseOf, pausesInForce } from "./pause-rows.ts";

type Database = Kysely<Tables>;

/** What a pause is of, as people know it. */
interface Named {
  readonly label: string;
  readonly periodicTaskId: number | null;
}

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlPauseStore implements PauseStore {
  readonly #db: Database;
  readonly #tell: () => void;

  /** `tell` is called after each commit. */
  constructor(db: Database, tell: () => void = () => {}) {
    this.#db = db;
    this.#tell = tell;
  }

  async begin(
    target: PauseTarget,
    pause: { readonly reason: string; readonly untilAt: Instant | null },
    context: EditContext,
  ): Promise<Pause> {
    const begun = await this.#db.transaction().execute(async (db) => {
      const named = await nameOf(db, target);
      if (named === undefined) throw nothingToPause(target);
      const made = await insertPause(db, target, pause, context);
      await record(db, made, named, "paused", context);
      return made;
    });
    this.#tell();
    return begun;
  }

  async end(id: number, context: EditContext): Promise<Pause> {
    const ended = await this.#db.transaction().execute(async (db) => {
      const row = await db
        .selectFrom("pause")
        .selectAll()
        .where("id", "=", id)
        .where("ended_at", "is", null)
        .executeTakeFirst();
      if (row === undefined) throw noPause(id);
      const pause = pauseOf(row);
      await endPauses(db, pause, context.now);
      await record(
        db,
        pause,
        (await nameOf(db, pause)) ?? { label: pause.scopeId, periodicTaskId: null },
        "resumed",
        context,
      );
      return pause;
    });
    this.#tell();
    return ended;
  }

  async holds(now: Instant) {
    const rows = await pausesInForce(this.#db, now)
      .where("scope", "in", [...holdScopes])
      .orderBy("id", "desc")
      .execute();
    return rows.map((row) => ({ ...pauseOf(row), scope: row.scope as HoldScope }));
  }

  async find(id: number, now: Instant): Promise<ListedPause | undefined> {
    const row = await pausesInForce(this.#db, now).where("id", "=", id).executeTakeFirst();
    return row && (await this.#listed([row]))[0];
  }

  async open({ scope, scopeId }: PauseTarget, now: Instant): Promise<Pause | undefined> {
    const row = await pausesInForce(this.#db, now)
      .where("scope", "=", scope)
      .where("scope_id", "=", scopeId)
      .orderBy("id", "desc")
      .executeTakeFirst();
    return row && pauseOf(row);
  }

  async list({ ended, now, limit, after }: PauseQuery): Promise<Page<ListedPause>> {
    const name = ended ? "pauses that are over" : "pauses";
    const from = after === undefined ? undefined : decodeCursor(after, name, ["number"])[0];
    let query = ended
      ? this.#db
          .selectFrom("pause")
          .selectAll()
          .where((e) => e.or([e("ended_at", "is not", null), e("until_at", "<=", now)]))
      : pausesInForce(this.#db, now);
    if (from !== undefined) query = query.where("id", "<", from);
    const rows = await query
      .orderBy("id", "desc")
      .limit(limit + 1)
      .execute();
    const items = await this.#listed(rows.slice(0, limit));
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, ...(last && { next: encodeCursor(name, [last.id]) }) };
  }

  async #listed(rows: readonly Selectable<PauseRow>[]): Promise<ListedPause[]> {
    const listed: ListedPause[] = [];
    for (const row of rows) {
      const pause = pauseOf(row);
      const named = (await nameOf(this.#db, pause)) ?? { label: pause.scopeId, periodicTaskId: null };
      listed.push({ ...pause, ...named, endedAt: row.ended_at });
    }
    return listed;
  }
}

/** Undefined where the periodic task or schedule is gone. */
async function nameOf(db: Database, { scope, scopeId }: PauseTarget): Promise<Named | undefined> {
  if (scope === "all" || scope === "tag" || isHoldScope(scope)) return { label: scopeId, periodicTaskId: null };
  const id = Number(scopeId);
  if (!Number.isSafeInteger(id)) return undefined;
  if (scope === "periodic-task") {
    const task = await db
      .selectFrom("periodic_task")
      .select("name")
      .where("id", "=", id)
      .where("archived_at", "is", null)
      .executeTakeFirst();
    return task && { label: task.name, periodicTaskId: id };
  }
  const schedule = await db
    .selectFrom("schedule as s")
    .innerJoin("periodic_task as p", "p.id", "s.periodic_task_id")
    .select(["s.name as schedule", "p.name", "p.id"])
    .where("s.id", "=", id)
    .where("s.removed_at", "is", null)
    .where("p.archived_at", "is", null)
    .executeTakeFirst();
  if (schedule === undefined) return undefined;
  const label = schedule.schedule === "" ? schedule.name : `${schedule.name}: ${schedule.schedule}`;
  return { label, periodicTaskId: schedule.id };
}

/** A change of the periodic task whose times are held back; of the pauses where that is many. */
async function record(
  db: Database,
  { scope, scopeId, reason, untilAt }: Pause,
  { label, periodicTaskId }: Named,
  action: "paused" | "resumed",
  { now, by }: EditContext,
): Promise<void> {
  const view = { reason, untilAt, ...(scope === "schedule" && { schedule: Number(scopeId) }) };
  await recordChange(db, {
    at: now,
    by: by.name,
    ...(periodicTaskId === null
      ? { resource: "pause", resourceId: scope === "all" ? "all" : `${scope}:${scopeId}`, label }
      : { resource: "periodic-task", resourceId: String(periodicTaskId), label }),
    action,
    before: action === "resumed" ? view : null,
    after: action === "paused" ? view : null,
  });
}

function nothingToPause({ scope, scopeId }: PauseTarget): HyoshiError {
  const what = scope === "schedule" ? "schedule" : "periodic task";
  return new HyoshiError("not_found", `there is no ${what} with the id '${scopeId}', or it is archived`, {
    fields: {
      path: "/scopeId",
      value: scopeId,
      text: {
        en: `The ${what} is not there any more, or is archived.`,
        ja: "一時停止する対象が見つかりません。削除された可能性があります。",
      },
    },
  });
}
