import { type Kysely, sql } from "kysely";
import type { Json } from "../../base/json.ts";
import type { Tables } from "../../database/rows.ts";
import type { QueueOf } from "../../task/routes.ts";
import type { AnnouncedTask, ProcessReader, ProcessRecord } from "../process-reader.ts";
import type { Announcement } from "../process-registry.ts";

interface AnnouncedKey {
  readonly task: string;
  readonly schema_hash: string;
  readonly process_id: number;
  readonly announced_at: number;
}

/** Runs of one process that are counted. */
const MOST_RUNNING = 10_000;

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlProcessReader implements ProcessReader {
  readonly queueOf?: QueueOf;
  readonly #db: Kysely<Tables>;
  /** What was announced changes at deploys alone, and its schemas are large: each text is read once. */
  #known = new Map<string, AnnouncedTask>();

  constructor(db: Kysely<Tables>, queueOf?: QueueOf) {
    this.#db = db;
    if (queueOf !== undefined) this.queueOf = queueOf;
  }

  async processes(): Promise<readonly ProcessRecord[]> {
    const rows = await this.#db.selectFrom("process").selectAll().orderBy("id").execute();
    const { rows: counts } = await sql<{ process_id: number; n: number }>`
      select process_id, count(*) as n
      from (select process_id from run_live where state = 'running' order by process_id limit ${MOST_RUNNING}) as r
      group by process_id`.execute(this.#db);
    const running = new Map(counts.map(({ process_id, n }) => [process_id, Number(n)]));
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind as ProcessRecord["kind"],
      name: row.name,
      host: row.host,
      pid: row.pid,
      startedAt: row.started_at,
      leaseUntil: row.lease_until,
      loopLagMs: row.loop_lag,
      info: JSON.parse(row.info) as { [key: string]: Json },
      running: running.get(row.id) ?? 0,
    }));
  }

  async announcements(): Promise<readonly AnnouncedTask[]> {
    const keys = await this.#db
      .selectFrom("announced_task")
      .select(["task", "schema_hash", "process_id", "announced_at"])
      .execute();
    const missing = keys.filter((key) => !this.#known.has(nameOf(key)));
    const read = new Map<string, AnnouncedTask>();
    for (let from = 0; from < missing.length; from += 200) {
      for (const announced of await this.#read(missing.slice(from, from + 200)))
        read.set(announced.key, announced.task);
    }
    // What is no longer announced is let go.
    const known = new Map<string, AnnouncedTask>();
    for (const key of keys) {
      const name = nameOf(key);
      const announced = this.#known.get(name) ?? read.get(name);
      if (announced !== undefined) known.set(name, announced);
    }
    this.#known = known;
    return [...known.values()];
  }

  async #read(keys: readonly AnnouncedKey[]): Promise<readonly { key: string; task: AnnouncedTask }[]> {
    const wanted = keys.map(
      (key) => sql`(task = ${key.task} and schema_hash = ${key.schema_hash} and process_id = ${key.process_id})`,
    );
    const { rows } = await sql<AnnouncedKey & { announcement: string }>`
      select * from announced_task where ${sql.join(wanted, sql` or `)}`.execute(this.#db);
    return rows.map((row) => ({
      key: nameOf(row),
      task: {
        ...(JSON.parse(row.announcement) as Announcement),
        processId: row.process_id,
        announcedAt: row.announced_at,
      },
    }));
  }
}

function nameOf({ task, schema_hash, process_id, announced_at }: AnnouncedKey): string {
  return `${task}\n${schema_hash}\n${process_id}\n${announced_at}`;
}
