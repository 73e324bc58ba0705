import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { runColumnNames, runColumns, runRow } from "../../database/postgres/run-batch.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import type { NewRun } from "../run.ts";

const insert = `
  insert into run_live (${runColumnNames})
  select ${runColumnNames} from ${unnest(runColumns, "t")}
  where not exists (select 1 from run_done d where d.id = t.id)
  order by ord
  on conflict do nothing
  returning id`;

// One that another connection finished meanwhile was in neither table for the insert, which waited for that commit.
const withdraw = `
  delete from run_live r using run_done d where r.id = any($1::text[]) and d.id = r.id
  returning r.id`;

const known = `
  select id from run_live where id = any($1::text[])
  union all
  select id from run_done where id = any($1::text[])`;

/** Inside a transaction. */
export async function addRuns(
  connection: PostgresConnection,
  runs: readonly NewRun[],
): Promise<readonly ("added" | "exists" | "locked")[]> {
  const rows = runs.map((run) => runRow(run, run.availableAt > run.queuedAt ? "scheduled" : "ready"));
  const values = arraysOf(runColumns, rows);
  const inserted = await connection.query<{ id: string }>({ name: "add-runs", text: insert, values });
  const added = new Set(inserted.rows.map(({ id }) => id));
  if (added.size > 0) {
    const withdrawn = await connection.query<{ id: string }>({
      name: "add-runs-withdraw",
      text: withdraw,
      values: [[...added]],
    });
    for (const { id } of withdrawn.rows) added.delete(id);
  }
  const rest = runs.map(({ id }) => id).filter((id) => !added.has(id));
  const exists = rest.length === 0 ? new Set() : await idsThatAreThere(connection, rest);
  return runs.map(({ id }) => {
    // Of two with one id in a batch the first is added.
    if (added.delete(id)) {
      exists.add(id);
      return "added";
    }
    return exists.has(id) ? "exists" : "locked";
  });
}

async function idsThatAreThere(connection: PostgresConnection, ids: readonly string[]): Promise<Set<unknown>> {
  const { rows } = await connection.query<{ id: string }>({ name: "add-runs-known", text: known, values: [ids] });
  return new Set(rows.map(({ id }) => id));
}
