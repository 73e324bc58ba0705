import { type Kysely, sql } from "kysely";
import type { Tables } from "../../database/rows.ts";
import type { AwaitedRun, AwaitedRuns } from "../awaited-runs.ts";

export class SqlAwaitedRuns implements AwaitedRuns {
  readonly #reader: Kysely<Tables>;

  constructor(reader: Kysely<Tables>) {
    this.#reader = reader;
  }

  async list({
    limit,
    after = { publishedAt: -1, seq: -1 },
  }: Parameters<AwaitedRuns["list"]>[0]): Promise<readonly AwaitedRun[]> {
    const { publishedAt, seq } = after;
    // Two halves, each in the order of its own index. What is executed has a process; ids below zero are those of other systems' workers.
    const half = (condition: ReturnType<typeof sql>) => sql`select * from (
        select r.id, r.published_at, r.seq, r.task from run_live r
        where ${condition} and r.published_at >= ${publishedAt} and (r.published_at > ${publishedAt} or r.seq > ${seq})
        order by r.published_at, r.seq limit ${limit}
      ) part`;
    const { rows } = await sql<{ id: string; published_at: number; seq: number; is_foreign: number }>`
      select a.id, a.published_at, a.seq, case when exists (
          select 1 from announced_task t where t.task = a.task and t.process_id >= 0
        ) then 0 else 1 end as is_foreign
      from (
        ${half(sql`r.state = 'ready' and r.published_at is not null`)}
        union all
        ${half(sql`r.state = 'running' and r.process_id < 0 and r.published_at is not null`)}
      ) a
      order by a.published_at, a.seq limit ${limit}`.execute(this.#reader);
    return rows.map((row) => ({
      id: row.id,
      publishedAt: row.published_at,
      seq: row.seq,
      isForeign: Number(row.is_foreign) === 1,
    }));
  }
}
