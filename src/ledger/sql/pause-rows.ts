import type { Kysely, Selectable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { PauseRow, Tables } from "../../database/rows.ts";
import { type Pause, type PauseScope, type PauseTarget, pauseScopes } from "../pause-store.ts";

type Database = Kysely<Tables>;

/** What pauses can hold back of a periodic task. */
export interface Pausable {
  readonly id: number;
  readonly tags: readonly string[];
}

/** Pauses in force at `now`. */
export function pausesInForce(db: Database, now: Instant) {
  return db
    .selectFrom("pause")
    .selectAll()
    .where("ended_at", "is", null)
    .where("from_at", "<=", now)
    .where((e) => e.or([e("until_at", "is", null), e("until_at", ">", now)]));
}

/** The pauses in force that hold back any of these periodic tasks or their schedules, the widest first. */
export async function selectPauses(
  db: Database,
  tasks: readonly Pausable[],
  scheduleIds: readonly number[],
  now: Instant,
): Promise<Pause[]> {
  const wanted: readonly (readonly [PauseScope, readonly string[]])[] = [
    ["all", [""]],
    ["tag", [...new Set(tasks.flatMap(({ tags }) => tags))]],
    ["periodic-task", tasks.map(({ id }) => String(id))],
    ["schedule", scheduleIds.map(String)],
  ];
  const rows = await pausesInForce(db, now)
    .where((e) =>
      e.or(
        wanted
          .filter(([, ids]) => ids.length > 0)
          .map(([scope, ids]) => e.and([e("scope", "=", scope), e("scope_id", "in", ids)])),
      ),
    )
    .orderBy("id")
    .execute();
  const order: readonly string[] = pauseScopes;
  return rows.map(pauseOf).sort((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope));
}

/** Of pauses in their order, the first that holds back all of the periodic task, or this schedule of it. */
export function pauseFor(pauses: readonly Pause[], task: Pausable, scheduleId?: number): Pause | null {
  const holds = ({ scope, scopeId }: Pause): boolean => {
    switch (scope) {
      case "all":
        return true;
      case "tag":
        return task.tags.includes(scopeId);
      case "periodic-task":
        return scopeId === String(task.id);
      default:
        return scopeId === String(scheduleId);
    }
  };
  return pauses.find(holds) ?? null;
}

export function pauseOf(row: Selectable<PauseRow>): Pause {
  return {
    id: row.id,
    scope: row.scope as PauseScope,
    scopeId: row.scope_id,
    reason: row.reason,
    untilAt: row.until_at,
    by: row.by_name,
    fromAt: row.from_at,
  };
}

export async function insertPause(
  db: Database,
  { scope, scopeId }: PauseTarget,
  pause: { readonly reason: string; readonly untilAt: Instant | null },
  { now, by }: { readonly now: Instant; readonly by: { readonly name: string } },
): Promise<Pause> {
  await endPauses(db, { scope, scopeId }, now);
  const row = await db
    .insertInto("pause")
    .values({
      scope,
      scope_id: scopeId,
      from_at: now,
      until_at: pause.untilAt,
      ended_at: null,
      by_name: by.name,
      reason: pause.reason,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return pauseOf(row);
}

/** One whose time has passed keeps its own end. */
export async function endPauses(db: Database, { scope, scopeId }: PauseTarget, now: Instant): Promise<void> {
  await db
    .updateTable("pause")
    .set((e) => ({ ended_at: e.case().when("until_at", "<", now).then(e.ref("until_at")).else(now).end() }))
    .where("scope", "=", scope)
    .where("scope_id", "=", scopeId)
    .where("ended_at", "is", null)
    .execute();
}
