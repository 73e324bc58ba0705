import { type Instant, systemClock } from "../../base/clock.ts";
import { siblingModule } from "../../base/sibling-module.ts";
import type { PostgresDatabase } from "../../database/postgres/postgres-database.ts";
import { SERVER_NOW } from "../../database/postgres/server-clock.ts";
import {
  type Announcement,
  LEASE_MS,
  type ProcessInfo,
  type ProcessRegistry,
  type Registration,
} from "../process-registry.ts";
import { renewedLease } from "../renewed-lease.ts";

/** Leases are measured by the server's clock: processes of several hosts are compared. */
export class PostgresProcessRegistry implements ProcessRegistry {
  readonly #database: Pick<PostgresDatabase, "hot" | "settings">;

  constructor(database: Pick<PostgresDatabase, "hot" | "settings">) {
    this.#database = database;
  }

  async register({ kind, name, host, pid, info }: ProcessInfo, now: Instant): Promise<Registration> {
    const { hot, settings } = this.#database;
    const { rows } = await hot.query<{ id: number }>({
      text: `insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ($1, $2, $3, $4, $5, ${SERVER_NOW} + ${LEASE_MS}, 0, $6) returning id`,
      values: [kind, name, host, pid, now, JSON.stringify(info)],
    });
    const id = rows[0]?.id ?? Number.NaN;
    // The loop's turns are compared within this process, by its host's clock.
    return renewedLease(id, siblingModule(import.meta.url, "lease-thread"), { settings }, systemClock);
  }

  async announce(processId: number, tasks: readonly Announcement[], now: Instant): Promise<void> {
    // In one order, so that two processes that announce the same tasks wait for each other instead of in a circle.
    const sorted = [...tasks].sort((a, b) => (a.task < b.task ? -1 : 1));
    const names = sorted.map(({ task }) => task);
    await this.#database.hot.transaction(async (connection) => {
      await connection.query(
        `insert into announced_task (task, schema_hash, process_id, announcement, announced_at)
         select task, schema_hash, $3, announcement::json, $4
         from unnest($1::text[], $2::text[], $5::text[]) as t (task, schema_hash, announcement)
         on conflict (task, schema_hash, process_id) do update
         set announcement = excluded.announcement, announced_at = excluded.announced_at`,
        [names, sorted.map(({ schemaHash }) => schemaHash), processId, now, sorted.map((task) => JSON.stringify(task))],
      );
      // What dead processes told of a task is kept until a live one tells of it.
      await connection.query(
        `delete from announced_task as a where task = any ($1::text[]) and process_id <> $2
           and not exists (select 1 from process as p where p.id = a.process_id)`,
        [names, processId],
      );
    });
  }
}
