import { type Kysely, sql } from "kysely";
import type { Tables } from "../../database/rows.ts";
import type { RunState, RunWire } from "../run.ts";
import type { FamilyRun } from "../run-reader.ts";

/** So many of a family are looked at: more make no tree that anybody reads. */
export const MOST_OF_FAMILY = 1_000;

interface FamilyRow {
  readonly id: string;
  readonly task: string;
  readonly state: string;
  readonly parent_id: string | null;
  readonly queued_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly wire: string | null;
}

/** Each part by an index of its own, whatever the tables hold. */
export async function readFamily(db: Kysely<Tables>, rootId: string): Promise<readonly FamilyRun[]> {
  const part = (table: "run_live" | "run_done", column: "id" | "root_id") => {
    const ended = table === "run_done" ? sql`ended_at` : sql`cast(null as bigint)`;
    return sql`select * from (
      select id, task, state, parent_id, queued_at, started_at, ${ended} as ended_at, wire from ${sql.table(table)}
      where ${sql.ref(column)} = ${rootId} limit ${MOST_OF_FAMILY}) as ${sql.raw(`${table}_${column}`)}`;
  };
  const { rows } = await sql<FamilyRow>`
    ${part("run_live", "id")} union all ${part("run_live", "root_id")}
    union all ${part("run_done", "id")} union all ${part("run_done", "root_id")}`.execute(db);
  // Of a run that ended in between, the finished one.
  const once = new Map(rows.map((row) => [row.id, row]));
  return [...once.values()]
    .sort((a, b) => Number(a.queued_at) - Number(b.queued_at) || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_OF_FAMILY)
    .map(familyRun);
}

function familyRun(row: FamilyRow): FamilyRun {
  const { embed, groupId, groupIndex } = row.wire === null ? {} : (JSON.parse(row.wire) as RunWire);
  return {
    id: row.id,
    task: row.task,
    state: row.state as RunState,
    queuedAt: Number(row.queued_at),
    ...(row.parent_id !== null && { parentId: row.parent_id }),
    ...(row.started_at !== null && { startedAt: Number(row.started_at) }),
    ...(row.ended_at !== null && { endedAt: Number(row.ended_at) }),
    ...(embed !== undefined && { embed }),
    ...(groupId !== undefined && { groupId }),
    ...(groupIndex !== undefined && { groupIndex }),
  };
}
