import { type Kysely, sql } from "kysely";
import { COUNT_CAP } from "../../base/page.ts";
import type { Tables } from "../../database/rows.ts";
import type { QueueDepth } from "../run-reader.ts";

type Database = Kysely<Tables>;

/** More queues than people have; what is beyond them is not counted. */
const MOST_QUEUES = 200;
const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

interface Counted {
  readonly queue: string;
  readonly n: number;
}

interface Ready extends Counted {
  readonly oldest: number | null;
}

/** What waits and runs in each queue, from the indexes of the states. */
export async function readQueueDepths(db: Database): Promise<readonly QueueDepth[]> {
  const ready = await readyOf(db, await readyQueues(db));
  const [unpublished, scheduled, held, running] = [
    await countedIn(db, "unpublished"),
    await countedIn(db, "scheduled"),
    await countedIn(db, "held"),
    await countedIn(db, "running"),
  ];
  const others = [unpublished, scheduled, held, running];
  const names = new Set([...ready.keys(), ...others.flatMap(({ byQueue }) => [...byQueue.keys()])]);
  return [...names].sort().map((name) => {
    const { n: published = 0, oldest = null } = ready.get(name) ?? {};
    // What the broker does not have yet may begin as well as what it has.
    const n = published + (unpublished.byQueue.get(name) ?? 0);
    return {
      name,
      ready: Math.min(n, COUNT_CAP),
      scheduled: scheduled.byQueue.get(name) ?? 0,
      held: held.byQueue.get(name) ?? 0,
      running: running.byQueue.get(name) ?? 0,
      capped: n > COUNT_CAP || others.some(({ capped }) => capped),
      oldestReadyAt: oldest,
    };
  });
}

/** One step of the index per queue, however many runs wait in it. */
async function readyQueues(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ queue: string }>`
    with recursive q (queue) as (
      select min(queue) from run_live where state = 'ready'
      union all
      select (select min(queue) from run_live where state = 'ready' and queue > q.queue) from q where q.queue is not null
    )
    select queue from q where queue is not null limit ${MOST_QUEUES}`.execute(db);
  return rows.map(({ queue }) => queue);
}

async function readyOf(db: Database, queues: readonly string[]): Promise<ReadonlyMap<string, Ready>> {
  if (queues.length === 0) return new Map();
  const parts = queues.map((queue) => {
    const first = PRIORITIES.map(
      (priority) => sql`select queued_at from (select queued_at from run_live
        where state = 'ready' and queue = ${queue} and priority = ${priority} order by seq limit 1) as one`,
    );
    return sql`select ${queue} as queue,
      (select count(*) from (select 1 as one from run_live where state = 'ready' and queue = ${queue} limit ${COUNT_CAP + 1}) as r) as n,
      (select min(queued_at) from (${sql.join(first, sql` union all `)}) as firsts) as oldest`;
  });
  const found = new Map<string, Ready>();
  for (let from = 0; from < parts.length; from += 20) {
    const { rows } = await sql<Ready>`${sql.join(parts.slice(from, from + 20), sql` union all `)}`.execute(db);
    for (const row of rows) found.set(row.queue, { ...row, n: Number(row.n) });
  }
  return found;
}

/** They are few, or counted as far as one walk of their index goes. */
async function countedIn(db: Database, state: "unpublished" | "scheduled" | "held" | "running") {
  const order = { unpublished: "seq", scheduled: "available_at", held: "lock_key", running: "process_id" }[state];
  const { rows } = await sql<Counted>`
    select queue, count(*) as n from (
      select queue from run_live where state = ${sql.lit(state)} order by ${sql.ref(order)} limit ${COUNT_CAP + 1}) as r
    group by queue`.execute(db);
  const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
  return { byQueue: new Map(rows.map(({ queue, n }) => [queue, Number(n)])), capped: total > COUNT_CAP };
}
